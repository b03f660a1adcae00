import { z } from 'zod';
import { ConditionsView, Fault } from '#core/contract';
import { Changes, Condition, Json, Kind, MessageMatch, Paths } from './matches.ts';

/** What a step gives a name to. */
const Name = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, 'a name of letters, digits, _ and -');
const Text = z.string().max(2_000);
const Vin = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'one topic level: letters, digits, _ and -');
const EcuId = z.string().min(1).max(64);
const Count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const Milliseconds = z.number().int().min(1).max(600_000);
/** Enough to see an update move, small enough to be over at once. */
const IMAGE_BYTES_LIMIT = 67_108_864;
const ImageBytes = z.number().int().min(1).max(IMAGE_BYTES_LIMIT);

/** Members that every step may have. */
const any = { title: z.string().min(1).max(200).optional() };

/** Of steps that somebody may refuse: `accepted` unless the scenario wants a refusal, by its code. */
const Expectation = z
  .union([
    z.literal('accepted'),
    z.strictObject({ refused: z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]) }),
  ])
  .describe('accepted (the default), or the code of the refusal that has to come');

const acting = { ...any, expect: Expectation.optional() };

/** Who connects, by what, and where. */
export const Identity = z
  .strictObject({
    /** Common name of the certificate, or the user: backend, gatekeeper, a vehicle, or anybody. */
    name: z.string().min(1).max(64),
    /** Who issued the certificate: the bench CA, another CA of the same name, or nobody (none shown). */
    by: z.enum(['bench', 'foreign', 'nobody']).optional(),
    /** Which of the broker's listeners; it has to be switched on in `bench.listeners`. */
    listener: z.enum(['tls', 'tlsPassword', 'tcp', 'wss', 'ws']).optional(),
    /** Where a password is asked for; left out: the right one. */
    password: z.string().max(256).optional(),
    clientId: z.string().max(256).optional(),
  })
  .describe('Who connects, by what, and where');
export type Identity = z.infer<typeof Identity>;
/** A connection opened before, by its name; or the common name of a certificate of the bench. */
export const As = z.union([z.string().min(1).max(64), Identity]);

/** With which key, or how badly, a message or manifest is signed. */
export const Sign = z
  .union([
    z.literal('none'),
    z.strictObject({
      /** What the key is for: release, backend, gatekeeper, or dcu:VIN. */
      key: z.string().regex(/^(release|backend|gatekeeper|dcu:[A-Za-z0-9_{}.-]{1,64})$/),
      /** foreign: a key of that purpose which the bench has never seen. */
      from: z.enum(['bench', 'foreign']).optional(),
      algorithm: z.enum(['EdDSA', 'ES256', 'HS256', 'hmac']).optional(),
      /** Signed as another kind than the topic's. */
      typ: z.union([Kind, z.literal('release')]).optional(),
      /**
       * algNone: header says none, no signature. algSwapped: header names another algorithm than was
       * signed with. publicKeyAsSecret: HS256 with the public key as its secret, under its id.
       */
      forge: z.enum(['algNone', 'algSwapped', 'publicKeyAsSecret']).optional(),
      /** Members changed after signing, by path. */
      tamper: Changes.optional(),
    }),
  ])
  .describe('With which key, or how badly, it is signed; none: not at all');
export type Sign = z.infer<typeof Sign>;

/** Of what a payload is made; exactly one of json, text, base64, bytes, captured. */
const payload = {
  json: z.record(z.string(), Json).optional(),
  text: z.string().max(200_000).optional(),
  base64: z.base64().optional(),
  /** So many seeded bytes. */
  bytes: z.number().int().min(0).max(300_000_000).optional(),
  /** A message captured before: byte for byte, unless `set`, `unset` or `sign` change it. */
  captured: Name.optional(),
  set: Changes.optional(),
  unset: Paths.optional(),
  /** Adds messageId, updateId, vin, seq, sender, issuedAt and expires where json does not have them. */
  envelope: z.boolean().optional(),
  sign: Sign.optional(),
};

const Publish = z
  .strictObject({
    do: z.literal('publish'),
    ...acting,
    as: As,
    /** A kind of message of the protocol, for `vin`; or any topic. */
    kind: Kind.optional(),
    vin: Vin.optional(),
    /** Level of the topic of firmware messages. */
    updateId: z.string().max(128).optional(),
    topic: z.string().min(1).max(1_024).optional(),
    qos: z.union([z.literal(0), z.literal(1), z.literal(2)]).optional(),
    retain: z.boolean().optional(),
    /** How often, one after the other. */
    times: z.number().int().min(1).max(10_000).optional(),
    ...payload,
  })
  .superRefine(({ kind, topic, json, text, base64, bytes, captured }, context) => {
    if (kind !== undefined && topic !== undefined) {
      context.addIssue({ code: 'custom', message: 'name "kind" or "topic", not both' });
    }
    if (kind === undefined && topic === undefined && captured === undefined) {
      context.addIssue({ code: 'custom', message: 'name the "kind" of message, or its "topic"' });
    }
    const bodies = [json, text, base64, bytes, captured].filter((each) => each !== undefined);
    if (bodies.length === 1) return;
    const message = 'give exactly one of json, text, base64, bytes, captured';
    context.addIssue({ code: 'custom', message });
  });

const Requirements = z.array(
  z.strictObject({ hardwareId: z.string().min(1), minReleaseCounter: Count }),
);

/** What a release asks and is; the rest is the ECU's. */
const release = {
  vin: Vin.optional(),
  ecu: EcuId,
  version: z.string().min(1).max(64),
  bytes: ImageBytes.optional(),
  /** Images of the same content have the same bytes; left out: of this name's own. */
  content: z.string().min(1).max(64).optional(),
  /** Left out: one above what is installed. */
  counter: Count.optional(),
  description: Text.optional(),
};

export const Step = z.discriminatedUnion(
  'do',
  [
    z.strictObject({ do: z.literal('note'), ...any, text: Text }),
    z
      .strictObject({
        do: z.literal('update'),
        ...acting,
        name: Name.optional(),
        ...release,
        expiresInSeconds: z.number().int().min(10).max(31_536_000).optional(),
      })
      .describe('Composes, signs and publishes an update as a person does'),
    z
      .strictObject({
        do: z.literal('group'),
        ...acting,
        name: Name.optional(),
        vin: Vin.optional(),
        version: z.string().min(1).max(64),
        description: Text.optional(),
        members: z
          .array(
            z.strictObject({
              ecu: EcuId,
              version: z.string().min(1).max(64),
              bytes: ImageBytes.optional(),
              content: z.string().min(1).max(64).optional(),
              counter: Count.optional(),
              requires: Requirements.optional(),
            }),
          )
          .min(1)
          .max(16),
      })
      .describe('Composes, signs and publishes an update of several ECUs as one'),
    z
      .strictObject({
        do: z.literal('release'),
        ...acting,
        name: Name,
        ...release,
        requires: Requirements.optional(),
        preconditions: z.record(z.string(), Json).optional(),
        expiresInSeconds: z.number().int().min(-31_536_000).max(31_536_000).optional(),
        /** Members of the manifest instead of those that it would have, by path; before signing. */
        set: Changes.optional(),
        sign: Sign.optional(),
        /** Whether the backend's catalogue has it, or only its image, or neither. */
        stored: z.enum(['release', 'image', 'nothing']).optional(),
      })
      .describe('Makes an image and a signed manifest, and publishes neither'),
    z
      .strictObject({
        do: z.literal('damage'),
        ...acting,
        /** A release made or published before: its image in the backend's store is changed. */
        release: Name,
        atByte: Count,
        bit: z.number().int().min(0).max(7).optional(),
      })
      .describe('Flips a bit of an image where the backend keeps it'),
    Publish,
    z.strictObject({
      do: z.literal('capture'),
      ...any,
      name: Name,
      of: MessageMatch,
      /** Which of those that fit; the last unless said. */
      which: z.enum(['first', 'last']).optional(),
      within: Milliseconds.optional(),
    }),
    z.strictObject({ do: z.literal('connect'), ...acting, name: Name, as: Identity }),
    z.strictObject({
      do: z.literal('subscribe'),
      ...acting,
      as: As,
      filter: z.string().min(1).max(1_024),
      qos: z.union([z.literal(0), z.literal(1), z.literal(2)]).optional(),
    }),
    z
      .strictObject({
        do: z.literal('disconnect'),
        ...acting,
        connection: z.string().min(1).max(64),
      })
      .describe('Pulls the cable of a connection of the scenario, the backend or a vehicle'),
    z
      .strictObject({
        do: z.literal('request'),
        ...acting,
        as: Identity,
        method: z.enum(['GET', 'POST', 'HEAD']),
        path: z.string().startsWith('/').max(1_024),
        json: z.record(z.string(), Json).optional(),
        /** Of the answer, for conditions on `answers.NAME`. */
        name: Name.optional(),
      })
      .describe("Asks the backend's HTTPS API"),
    z.strictObject({
      do: z.literal('command'),
      ...acting,
      update: Name,
      command: z.enum(['pause', 'resume', 'cancel']),
    }),
    z.strictObject({
      do: z.literal('rollback'),
      ...acting,
      vin: Vin.optional(),
      ecu: EcuId,
      name: Name.optional(),
    }),
    z.strictObject({
      do: z.literal('fault'),
      ...acting,
      vin: Vin.optional(),
      name: Name.optional(),
      fault: Fault,
    }),
    z
      .strictObject({
        do: z.literal('clearFault'),
        ...acting,
        vin: Vin.optional(),
        /** Left out: all of the vehicle's. */
        name: Name.optional(),
      })
      .describe('Ends a fault; what it has damaged stays damaged'),
    z
      .strictObject({
        do: z.literal('conditions'),
        ...acting,
        vin: Vin.optional(),
        set: ConditionsView.partial().strict(),
      })
      .describe('Battery, ignition, parking and the like, as they are from now on'),
    z
      .strictObject({ do: z.literal('confirm'), ...acting, update: Name, accept: z.boolean() })
      .describe("The technician's answer to an update that waits for it"),
    z
      .strictObject({
        do: z.literal('start'),
        ...acting,
        role: z.enum(['broker', 'backend', 'dcu']),
      })
      .describe('Switches a role on'),
    z
      .strictObject({
        do: z.literal('stop'),
        ...acting,
        role: z.enum(['broker', 'backend', 'dcu']),
      })
      .describe('Switches a role off'),
    z.strictObject({
      do: z.literal('restart'),
      ...acting,
      role: z.enum(['broker', 'backend', 'dcu']),
    }),
    z.strictObject({
      do: z.literal('waitFor'),
      ...any,
      /** All of these at once. */
      all: z.array(Condition).min(1).max(32),
      within: Milliseconds.optional(),
    }),
    z.strictObject({ do: z.literal('assert'), ...any, all: z.array(Condition).min(1).max(32) }),
    z
      .strictObject({
        do: z.literal('hold'),
        ...any,
        all: z.array(Condition).min(1).max(32),
        forMs: z.number().int().min(1).max(60_000),
      })
      .describe('All of these hold, and still hold after so long'),
  ],
  { error: 'there is no such step; see "do" in scenario.schema.json' },
);
export type Step = z.infer<typeof Step>;
/** What the stage does; the rest is the runner's own. */
export type Action = Exclude<Step, { do: 'note' | 'waitFor' | 'assert' | 'hold' | 'capture' }>;
