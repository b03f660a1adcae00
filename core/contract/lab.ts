import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { base } from './base.ts';
import { ScenarioProblem, ScenarioRunView, ScenarioView } from './lab-views.ts';
import { frameOf } from './views.ts';

/** Longest text of a scenario, characters. */
const TEXT_LIMIT = 1_048_576;
const Id = z.string().min(1).max(64);
const Text = z.string().max(TEXT_LIMIT);

/** Scenarios and attacks, each on a throw-away bench: the one that is watched from is never touched. */
export const labContract = {
  lab: {
    /** The library, by title. */
    scenarios: base.output(z.array(ScenarioView)),
    /** The text of one, to look at and to change. */
    text: base.input(z.object({ id: Id })).output(z.object({ text: z.string() })),
    /** Everything that is wrong with a text; empty where it can be run. */
    check: base.input(z.object({ text: Text })).output(z.array(ScenarioProblem)),
    /** One of the library by its id, or a text. Waits for its turn while others run. */
    run: base
      .input(
        z
          .object({
            id: Id.optional(),
            text: Text.optional(),
            /** In place of the scenario's own. */
            seed: z.number().int().min(0).max(4_294_967_295).optional(),
            /** An attack without the check that stops it. */
            counterfactual: z.boolean().default(false),
          })
          .refine(({ id, text }) => (id === undefined) !== (text === undefined), {
            error: 'give either id or text',
          }),
      )
      .output(z.object({ runId: z.string() })),
    stop: base
      .input(z.object({ runId: z.string() }))
      .output(z.object({ stopped: z.literal(true) })),
    /** Runs of this session, and every step of those under way. */
    watch: base.output(eventIterator(frameOf(ScenarioRunView))),
  },
};
