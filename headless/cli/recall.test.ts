import { expect, it } from 'vitest';
import { type UpdateView } from '#core/contract';
import { followAll } from './recall.ts';

const anUpdate = (updateId: string, stage: UpdateView['stage']): UpdateView =>
  ({ updateId, stage }) as UpdateView;

/** A stream that says this and then nothing, until whoever follows it goes. */
const telling = (updates: UpdateView[]): Parameters<typeof followAll>[0] => ({
  updates: {
    watch: (async (_input: undefined, { signal }: { signal: AbortSignal }) =>
      (async function* () {
        yield { kind: 'delta', seq: 1, upserts: updates, removals: [] };
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
      })()) as unknown as Parameters<typeof followAll>[0]['updates']['watch'],
  },
});

it('ends a recall although a vehicle dropped out, and says which', async () => {
  const client = telling([anUpdate('a', 'rolled_back'), anUpdate('b', 'rolling_back')]);
  const { ended, silent } = await followAll(client, ['a', 'b'], 5, new AbortController().signal);
  expect(ended.map(({ updateId }) => updateId)).toEqual(['a']);
  expect([...silent]).toEqual(['b']);
});

it('waits for nobody once all have ended', async () => {
  const client = telling([anUpdate('a', 'rolled_back'), anUpdate('b', 'failed')]);
  const { ended, silent } = await followAll(
    client,
    ['a', 'b'],
    60_000,
    new AbortController().signal,
  );
  expect([ended.length, silent.size]).toEqual([2, 0]);
});
