import { complaining, demoProfile, type DcuProfile } from '#core/dcu';
import { createFleet, type Fleet, type FleetVehicle } from '#core/fleet';
import { type LinkAccess } from '#core/link';
import { type Clock, type Log, type Random } from '#core/ports';
import { createTopics } from '#core/protocol';
import { createKeyRing, type Policy } from '#core/signing';
import { ALGORITHMS } from '../gatekeeper-role.ts';
import { readTrustFile, trustKeys } from '../trust-file.ts';
import { createProfiles } from '../vehicles/profiles.ts';
import { type FleetKeys } from './keys.ts';

export type FleetBenchOptions = {
  readonly keys: FleetKeys;
  /** What each vehicle is made of. */
  readonly profile: FleetProfile;
  readonly broker: {
    readonly url: string;
    /** PEM of the CA it is trusted by; null: the well-known ones, or that of the certificates. */
    readonly caPem: string | null;
  };
  readonly passwordOf: (vin: string) => string | undefined;
  /** Null: vehicles show no certificate. */
  readonly certificateOf:
    ((vin: string) => { readonly cert: string; readonly key: string; readonly ca: string }) | null;
  /** Where images come from; needs certificates. Null: from the broker, in blocks. */
  readonly backendUrl: string | null;
  /** Public keys of backend, gatekeeper and releases: a text of them, and files. */
  readonly trusted: { readonly text: string | null; readonly files: readonly string[] };
  readonly topicRoot: string;
  readonly policy: Policy;
  /** So many refuse an update: they are not parked [D3]. */
  readonly unready: number;
  /** So many take an update back: their self-test fails. */
  readonly failing: number;
  readonly keepaliveSeconds: number;
  /** For their books. */
  readonly dir: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
};

export type FleetProfile = DcuProfile;

/**
 * One that waits for nothing; the demo vehicle unless one is wanted, by its name or its file.
 *
 * @throws BenchError PROFILE_UNKNOWN, PROFILE_UNREADABLE, PROFILE_INVALID
 */
export async function loadFleetProfile(
  wanted: string | undefined,
  dirs: { builtIn: string; own: string },
): Promise<FleetProfile> {
  if (wanted === undefined) return demoProfile('full');
  return { ...(await createProfiles(dirs).load(wanted)), speed: 'full' };
}

/** A fleet of vehicles of one kind that wait for nothing, ready to connect. */
export async function openFleet(options: FleetBenchOptions): Promise<Fleet> {
  const { keys, trusted, unready, failing, keepaliveSeconds, dir, clock, random, log } = options;
  // In memory: every offer is verified by every vehicle.
  const ring = createKeyRing();
  if (trusted.text !== null) trustKeys('the backend’s keys', trusted.text, ring);
  for (const file of trusted.files) await readTrustFile(file, ring);
  return createFleet({
    vehicles: keys.vins.map((vin, n) => ({
      ...vehicleOf(options, vin),
      ...(n < unready ? { conditions: { parked: false } } : {}),
      ...(n >= unready && n < unready + failing ? { hazards: complaining(() => COMPLAINT) } : {}),
    })),
    topics: createTopics(options.topicRoot),
    keys: ring,
    policy: options.policy,
    algorithms: ALGORITHMS,
    profile: options.profile,
    ...{ keepaliveSeconds, dir, clock, random, log },
  });
}

const COMPLAINT = 'this vehicle was chosen to fail its self-test';

function vehicleOf(options: FleetBenchOptions, vin: string): FleetVehicle {
  const { keys, certificateOf, passwordOf, backendUrl } = options;
  const shown = certificateOf?.(vin) ?? null;
  return {
    vin,
    signer: keys.signerOf(vin),
    access: () => accessOf(options, vin, shown, passwordOf(vin)),
    api: backendUrl === null || shown === null ? null : { url: () => backendUrl, tls: shown },
  };
}

function accessOf(
  { broker }: FleetBenchOptions,
  vin: string,
  shown: { cert: string; key: string; ca: string } | null,
  password: string | undefined,
): LinkAccess {
  const secure = /^(mqtts|wss):/i.test(broker.url);
  const ca = broker.caPem ?? shown?.ca;
  return {
    url: broker.url,
    ...(password === undefined ? {} : { username: vin, password }),
    ...(secure && ca !== undefined
      ? { tls: { ca, ...(shown ? { cert: shown.cert, key: shown.key } : {}) } }
      : {}),
  };
}
