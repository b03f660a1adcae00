import { type ZippableFile, zipSync } from 'fflate';
import { type SavedFile } from '#core/contract';
import { exportMosquitto } from '#core/mosquitto';
import { dcuBundle, type DcuBundle } from '#core/pki';
import { type MessageKind, parseVin, qosOf } from '#core/protocol';
import { exportPublicJwk } from '#core/signing';
import { brokerCertificate } from '../broker-role.ts';
import { type Context } from '../context.ts';
import { BenchError } from '../errors.ts';
import { savedFile } from './files.ts';
import { listenersFor } from './handout-listeners.ts';

/** Identities of the bench itself: no vehicle is called so. */
const ROLE_NAMES: ReadonlySet<string> = new Set(['backend', 'gatekeeper', 'broker']);

/** Of a zip's entries: their attributes are Unix permissions. */
const UNIX = 3;

export type Addresses = { brokerUrl: string | null; backendUrl: string | null };

/** One zip with all that a real DCU needs. Its certificate is issued when there is no good one. */
export async function handOutDcu(
  context: Context,
  name: string,
  { brokerUrl, backendUrl }: Addresses,
  passphrase?: string,
): Promise<SavedFile> {
  const vin = parseVin(name);
  if (ROLE_NAMES.has(vin)) {
    throw new BenchError('BAD_INPUT', `"${vin}" is the name of a role of this bench`, {
      next: 'name the vehicle',
    });
  }
  const { ca, identities, clock } = context;
  const bytes = await dcuBundle({
    vin,
    identity: await identities.fetch({ kind: 'client', cn: vin }),
    caPem: ca.certPem,
    brokerUrl,
    backendUrl,
    topics: topicsOf(context, vin),
    verifyKeys: await verifyKeys(context),
    ...(passphrase === undefined ? {} : { passphrase }),
    at: clock.now(),
  });
  return savedFile(`${vin}.zip`, 'application/zip', bytes);
}

function topicsOf(context: Context, vin: string): DcuBundle['topics'] {
  const topics = context.topics();
  const row = (
    kind: MessageKind,
    access: 'subscribe' | 'publish',
    about: string,
  ): DcuBundle['topics'][number] => ({
    topic: topics.filter(kind, vin),
    access,
    qos: qosOf(kind),
    about,
  });
  return [
    row('status', 'subscribe', 'what the gatekeeper says about an update'),
    row('command', 'subscribe', 'install, cancel, pause, resume, rollback, report'),
    row('firmware_block', 'subscribe', 'pieces of an image, where it comes over MQTT'),
    row('acknowledgment', 'publish', 'Acknowledged or Refused, with the reason'),
    row('progress', 'publish', 'how far the update is'),
    row('inventory', 'publish', 'ECUs, banks and versions; retained'),
    row('presence', 'publish', 'online or not; retained, and the last will'),
    row('firmware_request', 'publish', 'asks for pieces of an image over MQTT'),
  ];
}

/** Public halves only; a shared secret has none and is handed over by hand. */
async function verifyKeys({ keys, settings }: Context): Promise<object[]> {
  const { algorithm } = settings();
  if (algorithm === 'HS256' || algorithm === 'hmac') return [];
  const uses = ['release', 'backend', 'gatekeeper'] as const;
  return Promise.all(
    uses.map(async (use) => {
      const key = await keys.key(use, algorithm);
      return { ...exportPublicJwk(key), name: key.name, ota_use: [use] };
    }),
  );
}

/**
 * A folder, zipped, from which Mosquitto takes the embedded broker's place.
 *
 * @param port of the TLS listener that wants certificates
 * @throws BenchError LISTENER_CLASH; MosquittoError USER_UNSAFE, LISTENER_UNSUITABLE, PATH_UNSAFE
 */
export async function handOutMosquitto(context: Context, port: number): Promise<SavedFile> {
  const { ca, identities, acl, settings, users, random } = context;
  const listeners = listenersFor(settings(), port);
  const files = exportMosquitto({
    caPem: ca.certPem,
    server: await identities.fetch(brokerCertificate(context)),
    crlPem: ca.crlPem(),
    aclText: acl.text(),
    listeners,
    users: users.all(),
    random,
  });
  const entries = files.map(({ name, bytes, mode }): [string, ZippableFile] => [
    name,
    [bytes, { os: UNIX, attrs: mode << 16 }],
  ]);
  const zipped = zipSync(Object.fromEntries(entries));
  return savedFile('mosquitto.zip', 'application/zip', zipped);
}
