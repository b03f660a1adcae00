import { z } from 'zod';
import { type MessageKind, messageSchemas } from '#core/protocol';
import { sharedPartOf } from './template.ts';

/** Any JSON value. */
export const Json: z.ZodType = z.json();

/** Members by their path, and what they become. */
export const Changes = z.record(z.string(), Json).superRefine((changes, context) => {
  for (const path of Object.keys(changes)) refuseShared(path, [path], context);
});

/** Members by their path. */
export const Paths = z.array(z.string().min(1)).superRefine((paths, context) => {
  for (const [index, path] of paths.entries()) refuseShared(path, [index], context);
});

function refuseShared(path: string, place: PropertyKey[], context: z.RefinementCtx): void {
  const part = sharedPartOf(path);
  if (part === null) return;
  const message = `a path cannot go by "${part}", which all objects share`;
  context.addIssue({ code: 'custom', message, path: place });
}

export const Kind: z.ZodEnum<Record<MessageKind, MessageKind>> = z.enum(
  Object.fromEntries(Object.keys(messageSchemas).map((kind) => [kind, kind])) as Record<
    MessageKind,
    MessageKind
  >,
);

/** Which of the messages that passed the broker. What is left out does not matter. */
export const MessageMatch = z
  .strictObject({
    kind: Kind.optional(),
    /** MQTT topic filter. */
    topic: z.string().min(1).max(1_024).optional(),
    /** Who published it, by certificate or user name. */
    from: z.string().min(1).max(128).optional(),
    /** What its JSON contains. */
    where: z.record(z.string(), Json).optional(),
    retained: z.boolean().optional(),
  })
  .describe('Which of the messages that passed the broker');
export type MessageMatch = z.infer<typeof MessageMatch>;

/** How long a list is, or how many messages fit. */
const Bounds = { atLeast: z.number().optional(), atMost: z.number().optional() };

/** One thing about the run that holds or does not. */
export const Condition = z
  .strictObject({
    /** Path into what the run shows: `vehicle.ecus.brake.active.version`. */
    at: z.string().min(1).max(512).optional(),
    /** Counts messages instead. */
    messages: MessageMatch.optional(),
    /** Counts what a connection of the scenario received, by its name. */
    heardBy: z.string().min(1).max(64).optional(),
    is: Json.optional(),
    isNot: Json.optional(),
    oneOf: z.array(Json).min(1).max(32).optional(),
    ...Bounds,
    /** Regular expression of JavaScript on a text. */
    matches: z.string().min(1).max(512).optional(),
    exists: z.boolean().optional(),
    /** A list has an entry that contains this. */
    some: z.record(z.string(), Json).optional(),
    /** A list has no entry that contains this. */
    none: z.record(z.string(), Json).optional(),
  })
  .superRefine((condition, context) => {
    const { at, messages, heardBy, ...tests } = condition;
    if ((at === undefined) === (messages === undefined && heardBy === undefined)) {
      context.addIssue({ code: 'custom', message: 'name either "at" or "messages"' });
    }
    const given = Object.keys(tests);
    if (given.length === 0) {
      context.addIssue({ code: 'custom', message: 'say what has to hold: is, atLeast, some, …' });
    }
    const counted = at === undefined;
    const unfit = given.find((name) => !['is', 'isNot', 'atLeast', 'atMost'].includes(name));
    if (counted && unfit !== undefined) {
      context.addIssue({ code: 'custom', message: 'a count', path: [unfit] });
    }
    if (condition.matches === undefined) return;
    try {
      new RegExp(condition.matches, 'u');
    } catch (error) {
      context.addIssue({ code: 'custom', message: String(error), path: ['matches'] });
    }
  })
  .describe('One thing about the run that holds or does not');
export type Condition = z.infer<typeof Condition>;
