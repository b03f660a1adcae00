import { randomUUID } from 'node:crypto';
import { flowTopic } from '#core/acl';
import { type Broker } from '#core/broker';
import { type FlowName } from '#core/contract';
import { type Link, LinkError } from '#core/link';
import { parseVin } from '#core/protocol';
import { type Context } from '../context.ts';
import { BenchError } from '../errors.ts';
import { type BrokerPlace } from './access.ts';
import { openProbe, type Probe } from './probe.ts';

export type Try = { identity: string; flow: FlowName; access: 'read' | 'write'; vin: string };
export type Tried = { allowed: boolean; detail: string };

/**
 * Really connects to the running broker as that identity and tries the flow: beside the identity's
 * own connection, with a client id of its own, no will and no session that stays. What it
 * publishes says that it is a probe and fits no message of the protocol, so that nobody acts on
 * it; it is never retained.
 *
 * @throws BenchError BROKER_OFF, CREDENTIALS_MISSING, PROBE_INCONCLUSIVE; LinkError
 */
export async function tryLive(
  context: Context,
  place: BrokerPlace | null,
  broker: Broker | null,
  wanted: Try,
): Promise<Tried> {
  if (place === null) {
    throw new BenchError('BROKER_OFF', 'there is no broker to try it at', {
      next: 'start the broker, or name an outside one in Settings',
    });
  }
  const topic = flowTopic(context.topics().root, wanted.flow, parseVin(wanted.vin));
  const probes: Probe[] = [];
  const connect = async (identity: string): Promise<Probe> => {
    const probe = await openProbe(context, place, identity);
    probes.push(probe);
    await probe.up();
    return probe;
  };
  const witness = watchBroker(broker);
  try {
    const probe = await connect(wanted.identity).catch((error: unknown) =>
      refusedAtTheDoor(error, wanted.identity, () => {
        // A connection refused at the handshake has no client id yet.
        const clientId = probes.at(-1)?.link.clientId ?? '';
        return witness.refusalOf(clientId) ?? witness.refusalOf('');
      }),
    );
    if ('allowed' in probe) return probe;
    const scene: Scene = { context, topic, wanted, probe, connect, witness };
    return await (wanted.access === 'write' ? tryWrite(scene) : tryRead(scene));
  } finally {
    witness.end();
    await Promise.all(probes.map((each) => each.link.close()));
  }
}

type Scene = {
  context: Context;
  topic: string;
  wanted: Try;
  probe: Probe;
  connect: (identity: string) => Promise<Probe>;
  witness: Witness;
};

async function tryWrite({
  context,
  topic,
  wanted,
  probe,
  connect,
  witness,
}: Scene): Promise<Tried> {
  const observer = witness.live ? null : await observe(topic, connect);
  const payload = probePayload(context);
  try {
    await publish(probe.link, topic, payload);
  } catch (error) {
    const told = witness.refusalOf(probe.link.clientId);
    const seen = told ?? (error as LinkError).reason;
    return { allowed: false, detail: `published to ${topic} as ${wanted.identity}: ${seen}` };
  }
  if (observer === null) {
    const told = witness.refusalOf(probe.link.clientId);
    if (told !== null) return { allowed: false, detail: told };
    return { allowed: true, detail: `the broker took and acknowledged a message to ${topic}` };
  }
  if (observer === 'deaf') {
    throw inconclusive(
      `the broker acknowledged a message to ${topic}, which an outside one also does when it drops it, and the backend may not read there`,
    );
  }
  return (await observer.heard(payload))
    ? { allowed: true, detail: `the backend received what was published to ${topic}` }
    : {
        allowed: false,
        detail: `the broker acknowledged a message to ${topic}, but did not pass it on: the backend, subscribed to it, heard nothing`,
      };
}

/** Hears as the backend, which may read everything below the root; `deaf` when it may not. */
async function observe(
  topic: string,
  connect: (identity: string) => Promise<Probe>,
): Promise<Probe | 'deaf'> {
  const observer = await connect('backend');
  try {
    await observer.link.subscribe(topic, 1);
    return observer;
  } catch (error) {
    if (isRefused(error)) return 'deaf';
    throw error;
  }
}

async function tryRead({ context, topic, wanted, probe, connect, witness }: Scene): Promise<Tried> {
  const { identity, flow, vin } = wanted;
  try {
    await probe.link.subscribe(topic, 1);
  } catch (error) {
    if (!isRefused(error)) throw error;
    const told = witness.refusalOf(probe.link.clientId);
    return { allowed: false, detail: `the broker refused the subscription: ${told ?? topic}` };
  }
  // Granted says little: a broker may grant everything and deliver nothing.
  const writer = await connect(writerOf(flow, vin));
  const payload = probePayload(context);
  const sent = await publish(writer.link, topic, payload).then(
    () => witness.refusalOf(writer.link.clientId) === null,
    () => false,
  );
  if (await probe.heard(payload)) {
    return { allowed: true, detail: `${identity} subscribed to ${topic} and received a message` };
  }
  if (!sent) {
    throw inconclusive(
      `the subscription of ${identity} to ${topic} was granted, but ${writerOf(flow, vin)}, who should write there, may not: nothing could be delivered`,
    );
  }
  return {
    allowed: false,
    detail: `the subscription to ${topic} was granted, but a message published there was not delivered to ${identity}`,
  };
}

function writerOf(flow: FlowName, vin: string): string {
  if (flow === 'issue_details' || flow === 'command' || flow === 'firmware_block') return 'backend';
  return flow === 'status' ? 'gatekeeper' : vin;
}

/** Has no member that a message of the protocol must have: every receiver refuses it as malformed. */
function probePayload({ clock }: Context): Uint8Array {
  const text = {
    probe: true,
    note: 'OTA Bench tries whether this may be published. Nothing is to be done.',
    id: randomUUID(),
    sentAt: new Date(clock.now()).toISOString(),
  };
  return Buffer.from(JSON.stringify(text));
}

async function publish(link: Link, topic: string, payload: Uint8Array): Promise<void> {
  // Never retained: it must not take the place of a vehicle's inventory.
  await link.publish(topic, payload, { qos: 1, retain: false });
}

type Witness = {
  /** Whether it sees anything at all: only our own broker tells. */
  readonly live: boolean;
  /** Why the broker refused this client, newest first; null when it did not. */
  refusalOf(clientId: string): string | null;
  end(): void;
};

/** What our own broker says of the probes, with the deciding line of the access list. */
function watchBroker(broker: Broker | null): Witness {
  const refused: { clientId: string; detail: string }[] = [];
  const undo = broker?.onEvent((event) => {
    if (event.kind === 'refused') refused.push(event);
  });
  return {
    live: broker !== null,
    refusalOf: (clientId) =>
      refused.findLast((event) => event.clientId === clientId)?.detail ?? null,
    end: () => undo?.(),
  };
}

/** Codes by which a broker says no to a client, rather than being absent. */
const DOOR: ReadonlySet<string> = new Set([
  'BAD_CREDENTIALS',
  'NOT_AUTHORISED',
  'CLIENT_ID_REFUSED',
  'TLS_CLIENT_REFUSED',
]);

function refusedAtTheDoor(error: unknown, identity: string, told: () => string | null): Tried {
  if (!(error instanceof LinkError) || !DOOR.has(error.code)) throw error;
  return { allowed: false, detail: `${identity} was not let in: ${told() ?? error.reason}` };
}

function isRefused(error: unknown): boolean {
  return error instanceof LinkError && error.code === 'SUBSCRIBE_REFUSED';
}

function inconclusive(reason: string): BenchError {
  return new BenchError('PROBE_INCONCLUSIVE', reason, {
    next: 'look at the deciding line in the doctor, or mend the other right first',
  });
}
