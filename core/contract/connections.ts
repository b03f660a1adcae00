import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { base } from './base.ts';
import {
  AnswerView,
  ConnectionDraft,
  ConnectionView,
  PublishRecord,
  PublishTemplate,
  RetainedMessage,
} from './connection-views.ts';
import { MqttProperties } from './message-views.ts';
import { Qos } from './traffic-views.ts';
import { frameOf } from './views.ts';

const Name = z.string().min(1).max(100);
/** SHA-256, lower-case hex. */
const Digest = z.string().regex(/^[0-9a-f]{64}$/);
const done = z.object({ done: z.literal(true) });

/** Connections besides the bench's own, and what can be sent over them. */
export const connectionsContract = {
  connections: {
    watch: base.output(eventIterator(frameOf(ConnectionView))),
    list: base.output(z.array(ConnectionView)),
    /** Stays closed until `open`. */
    add: base.input(ConnectionDraft).output(ConnectionView),
    /**
     * Everything but its id anew; one that is open is opened again. Without `password` the one that
     * is kept stays, with an empty one it is forgotten.
     */
    edit: base.input(z.object({ id: Name, draft: ConnectionDraft })).output(ConnectionView),
    remove: base.input(z.object({ id: Name })).output(done),
    /** Returns at once; `watch` tells when it is up. It is opened again at the next start. */
    open: base.input(z.object({ id: Name })).output(ConnectionView),
    close: base.input(z.object({ id: Name })).output(ConnectionView),
  },
  publish: {
    send: base
      .input(
        z.object({
          connection: Name,
          topic: z.string().min(1).max(65_535),
          /** At most 8 MiB before base64. */
          payloadBase64: z.string().max(11_184_812),
          qos: Qos.default(0),
          retain: z.boolean().default(false),
          properties: MqttProperties.optional(),
          /**
           * Fill in `{{now}}` (ISO 8601), `{{ms}}`, `{{uuid}}`, `{{n}}` (counts up) and these, in
           * the topic and in a payload that is UTF-8.
           */
          variables: z.record(z.string().max(100), z.string().max(65_535)).optional(),
          /** The connection's name, when it is marked as production. */
          confirm: z.string().optional(),
        }),
      )
      .output(z.object({ record: PublishRecord, answer: AnswerView.nullable() })),
    /** Newest first, at most 200; survives a restart. */
    history: base.output(z.array(PublishRecord)),
    templates: base.output(z.array(PublishTemplate)),
    saveTemplate: base.input(PublishTemplate).output(z.array(PublishTemplate)),
    removeTemplate: base.input(z.object({ name: Name })).output(z.array(PublishTemplate)),
  },
  retained: {
    /** What the broker retains under `filter`. Ends with `end`, once the broker has nothing more. */
    list: base
      .input(z.object({ connection: Name, filter: z.string().min(1).max(65_535).default('#') }))
      .output(
        eventIterator(
          z.discriminatedUnion('kind', [
            z.object({ kind: z.literal('batch'), messages: z.array(RetainedMessage) }),
            z.object({
              kind: z.literal('end'),
              found: z.number().int(),
              /** False when there are more than are kept, 100,000, or the broker was lost. */
              complete: z.boolean(),
              /** Of the topics: what is deleted has to be what was shown. */
              digest: Digest,
            }),
          ]),
        ),
      ),
    /** Deletes what is retained under `filter`, and says how far it is. */
    delete: base
      .input(
        z.object({
          connection: Name,
          filter: z.string().min(1).max(65_535),
          /** What the person was shown; refused when the broker has other topics by now. */
          expect: z.union([Digest, z.array(z.string().min(1).max(65_535)).max(100)]),
          /** The connection's name, when it is marked as production. */
          confirm: z.string().optional(),
        }),
      )
      .output(
        eventIterator(
          z.object({
            kind: z.enum(['progress', 'end']),
            deleted: z.number().int(),
            total: z.number().int(),
            /** Still there afterwards, or not allowed. */
            failed: z.number().int(),
          }),
        ),
      ),
  },
};
