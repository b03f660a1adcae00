import { type Dcu, type DcuOptions, presenceWill, startDcu } from '#core/dcu';
import { type Life } from '#core/faults';
import { type Transport } from '#core/contract';
import { type Identity } from '#core/pki';
import { endAll } from '#core/ports';
import { type Context, type Running } from './context.ts';
import { openPowered, type OpenVehicle, type PoweredVehicle } from './faults/powered.ts';
import { ALGORITHMS } from './gatekeeper-role.ts';

export type RunningDcus = Running & {
  /** A power cut replaces one. */
  dcus: () => Dcu[];
  add(vin: string): Promise<void>;
  remove(vin: string): Promise<void>;
};

/** Simulated vehicles, each with its own connection, folder and key. */
export async function openDcus(
  context: Context,
  vins: readonly string[],
  backendUrl: (() => string | null) | null,
  onChange: (vin: string) => void,
): Promise<RunningDcus> {
  const opened: PoweredVehicle[] = [];
  const { faults, clock, log } = context;
  const openOne = (vin: string): Promise<PoweredVehicle> =>
    openPowered({
      ...{ vin, faults, clock, log, dir: context.workspace.path('vehicles', vin) },
      open: (life) => openDcu(context, vin, life, backendUrl, onChange),
      onChange: () => onChange(vin),
    });
  const close = (): Promise<void> => endAll(opened.toReversed().map((each) => () => each.close()));
  try {
    for (const vin of vins) opened.push(await openOne(vin));
  } catch (error) {
    await close().catch((why: unknown) => {
      log('warn', 'a vehicle did not close in order', { reason: String(why) });
    });
    throw error;
  }
  const transport = transportOf(context, backendUrl);
  return {
    role: 'dcu',
    dcus: () => opened.flatMap(({ dcu }) => dcu ?? []),
    async add(vin) {
      opened.push(await openOne(vin));
    },
    async remove(vin) {
      const index = opened.findIndex((each) => each.vin === vin);
      for (const each of index < 0 ? [] : opened.splice(index, 1)) await each.close();
    },
    detail: `${whoOf(vins)}; images by ${transport === 'https' ? 'HTTPS' : 'MQTT blocks'}`,
    endpoints: [],
    close,
  };
}

/** Mutual TLS needs the CA of the backend's own process; without it images come over MQTT. */
function transportOf({ settings }: Context, backendUrl: unknown): Transport {
  return backendUrl === null ? 'blocks' : settings().transport;
}

function whoOf(vins: readonly string[]): string {
  return vins.length > 4 ? `${String(vins.length)} vehicles` : vins.join(', ') || 'no vehicle';
}

async function openDcu(
  context: Context,
  vin: string,
  life: Life,
  backendUrl: (() => string | null) | null,
  onChange: (vin: string) => void,
): Promise<OpenVehicle> {
  const { workspace, links, settings, topics, keys, ring, clock, random, log } = context;
  const { algorithm, policies } = settings();
  // A wrong profile is told at once, not after a broker that may take its time.
  const profile = await context.garage.equip(vin);
  const signer = await keys.key(`dcu:${vin}`, algorithm);
  const will = await presenceWill({ vin, topics: topics(), signer, clock, random });
  // For HTTPS: the way to the broker may need none, or another one.
  const client = await context.identities.take(vin, { kind: 'client', cn: vin });
  const start = (options: DcuOptions): Promise<Dcu> => startDcu(life.fit(options));
  const link = await links.open(context, vin, { user: vin, clientId: `ota-dcu-${vin}`, will });
  try {
    const dcu = await start({
      vin,
      dir: workspace.path('vehicles', vin),
      link,
      topics: topics(),
      keys: ring,
      policy: policies.dcu,
      algorithms: ALGORITHMS,
      signer,
      transport: transportOf(context, backendUrl),
      backendApi: backendUrl && {
        url: backendUrl,
        tls: presented(context, vin, client),
      },
      profile,
      clock,
      random,
      log,
    });
    const undo = dcu.onChange(() => onChange(vin));
    onChange(vin);
    return {
      dcu,
      close: () => endAll([undo, () => dcu.close(), () => links.close(vin)]),
    };
  } catch (error) {
    // Why it did not start is the news, not what could not be closed after it.
    await links.close(vin).catch(() => undefined);
    throw error;
  }
}

/** What the vehicle shows the backend's API: asked for each connection, as it may be renewed. */
function presented(
  { ca, identities }: Context,
  vin: string,
  first: Identity,
): { readonly ca: string; readonly cert: string; readonly key: string } {
  return {
    get ca() {
      return ca.certPem;
    },
    get cert() {
      return (identities.of(vin) ?? first).certPem;
    },
    get key() {
      return (identities.of(vin) ?? first).keyPem;
    },
  };
}
