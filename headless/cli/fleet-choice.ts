import { join } from 'node:path';
import { type FleetProfile, loadFleetProfile } from '#core/bench';
import { type SignaturePolicy, type Transport } from '#core/contract';
import { HeadlessError } from '../errors.ts';
import { type CommonOptions, overridesOf } from './options.ts';
import { ECUS_DIR } from './resources.ts';

/** As commander fills it in. */
export type FleetCommandOptions = CommonOptions & {
  vehicles: number;
  vinPrefix: string;
  update?: boolean;
  imageBytes: number;
  profile?: string;
  ecu?: string;
  atOnce: number;
  certificates?: boolean;
  unready: number;
  failing: number;
  stay?: boolean;
};

/** What was asked for, once it makes sense as a whole. */
export type FleetChoice = {
  vehicles: number;
  vinPrefix: string;
  update: boolean;
  imageBytes: number;
  profile: FleetProfile;
  ecuId: string;
  atOnce: number;
  certificates: boolean;
  unready: number;
  failing: number;
  stay: boolean;
  transport: Transport;
  algorithm: 'EdDSA' | 'ES256';
  policy: SignaturePolicy;
  topicRoot: string;
  caPem: string | null;
  /** Broker, backend or certificates are ours to make. */
  needsPlant: boolean;
};

const DEFAULT_ECU = 'infotainment';
const DEFAULT_ROOT = 'vehicle/updates';

/**
 * @param workspace where profiles of one's own are looked for
 * @throws HeadlessError BAD_ARGUMENT, BAD_URL, CA_FILE; BenchError PROFILE_UNKNOWN, PROFILE_INVALID
 */
export async function checkFleet(
  options: FleetCommandOptions,
  workspace: string,
): Promise<FleetChoice> {
  const { vehicles, broker, certificates = false, update = false, unready, failing } = options;
  const { algorithm = 'EdDSA', transport = certificates && update ? 'https' : 'blocks' } = options;
  const { externalBroker } = await overridesOf(options);
  if (algorithm !== 'EdDSA' && algorithm !== 'ES256') {
    throw refuse(
      `--algorithm ${algorithm} is one secret for all, and broker and vehicles are two processes`,
      'take EdDSA or ES256',
    );
  }
  if (transport === 'https' && !certificates) {
    throw refuse(
      'the backend’s HTTPS API lets in whoever shows a certificate, and there are none',
      'add --certificates, or leave --transport out',
    );
  }
  if (transport === 'https' && !update) {
    throw refuse(
      'images come by HTTPS from a backend of this command, and none is started',
      'add --update, or leave --transport out',
    );
  }
  if (options.ecuSpeed === 'real') {
    throw refuse('a fleet waits for nothing, so --ecu-speed real has no meaning', 'leave it out');
  }
  if (unready + failing > vehicles) {
    throw refuse(
      `--unready ${String(unready)} and --failing ${String(failing)} are more than --vehicles ${String(vehicles)}`,
      'let them be no more together than there are vehicles',
    );
  }
  if (broker !== undefined && certificates && !/^(mqtts|wss):/i.test(broker)) {
    throw refuse(
      `certificates are shown over TLS, and ${broker} has none`,
      'name the broker with mqtts:// or wss://',
    );
  }
  const profile = await loadFleetProfile(options.profile, {
    builtIn: ECUS_DIR,
    own: join(workspace, 'ecus'),
  });
  return {
    profile,
    ...{ vehicles, update, certificates, unready, failing, transport, algorithm },
    vinPrefix: options.vinPrefix,
    imageBytes: options.imageBytes,
    ecuId: ecuOf(options, profile),
    atOnce: options.atOnce,
    stay: options.stay === true,
    policy: options.policy ?? 'require',
    topicRoot: options.root ?? DEFAULT_ROOT,
    caPem: externalBroker?.caPem ?? null,
    needsPlant: broker === undefined || update || certificates,
  };
}

/** The one that is updated. */
function ecuOf({ ecu, update, ...options }: FleetCommandOptions, profile: FleetProfile): string {
  const ids = profile.ecus.map(({ ecuId }) => ecuId);
  const wanted = ecu ?? (options.profile === undefined ? DEFAULT_ECU : ids[0]) ?? '';
  if (!ids.includes(wanted)) {
    throw refuse(
      `${profile.name} has no ECU ${wanted}, only ${ids.join(', ')}`,
      'name one as --ecu',
    );
  }
  if (update === true && profile.confirmInstall) {
    throw refuse(
      `${profile.name} asks a technician before each install, and a fleet has none`,
      'choose a profile without confirmInstall, or leave --update out',
    );
  }
  return wanted;
}

function refuse(reason: string, next: string): HeadlessError {
  return new HeadlessError('BAD_ARGUMENT', reason, { next });
}
