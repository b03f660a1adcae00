import { type BenchView, type RoleName, type Settings } from '#core/contract';
import { type Artifact, createCatalogue } from '#core/catalogue';
import { createBenchCa } from '#core/pki';
import {
  type Clock,
  CodedError,
  type Log,
  type Random,
  type Refusal,
  silentLog,
  systemClock,
  systemRandom,
} from '#core/ports';
import { createTopics, parseVin } from '#core/protocol';
import { createTrafficRing } from '#core/recorder';
import { createKeyRing } from '#core/signing';
import { openWorkspace, type Workspace } from '#core/storage';
import { createMemoryVault, type Vault } from '#core/vault';
import { type BenchClient, createClient } from './client.ts';
import { type Context } from './context.ts';
import { createDemo, DEMO_VIN, type DemoState } from './demo.ts';
import { BenchError } from './errors.ts';
import { createFeeds } from './feeds.ts';
import { createSessionKeys } from './keys.ts';
import { createLinks } from './links.ts';
import { type BenchRouter, createRouter } from './router.ts';
import { createRoles } from './roles.ts';
import { openSettings } from './settings.ts';
import { createStage } from './stage.ts';
import { followTrustFiles, writeTrustFile } from './trust.ts';
import { createUpdateDesk } from './updates.ts';
import { createUsers } from './users.ts';

export type BenchOptions = {
  workspaceDir: string;
  host: 'electron' | 'headless';
  /** Of the product, for display. */
  version: string;
  /** Left out: one that forgets everything with the process. */
  vault?: Vault;
  clock?: Clock;
  random?: Random;
  log?: Log;
  /** This run's settings over the stored ones; not stored. */
  settings?: Partial<Settings>;
  /** Users and passwords: of the outside broker, or for the embedded one. Never stored. */
  credentials?: Readonly<Record<string, string>>;
  /** Files of public keys to trust, read when they appear and whenever they change. */
  trustFiles?: readonly string[];
  /** Vehicles to simulate. */
  vins?: readonly string[];
  /** False: somebody else answers issue_details. */
  gatekeeper?: boolean;
  /** The simulated vehicles belong to a backend in another process: no HTTPS API to ask. */
  backendElsewhere?: boolean;
  /** `full`: the simulated ECUs erase, write and start as fast as this computer can. */
  ecuSpeed?: 'real' | 'full';
};

export type Bench = {
  /** The contract, for `serveWire` and for clients in this process. */
  readonly router: BenchRouter;
  readonly client: BenchClient;
  view(): BenchView;
  /** A firmware file of this machine, streamed into the store. */
  importFirmware(
    path: string,
    options: { signal?: AbortSignal; onProgress?: (bytes: number) => void },
  ): Promise<Artifact>;
  /** Writes the public keys of this process for another's `trustFiles`. */
  writeTrust(file: string): Promise<void>;
  /** A role's refusal as the error it was. */
  failureOf(role: RoleName, refusal: Refusal): CodedError;
  /** Readers of streams now; a test asks whether they are gone. */
  watchers(): number;
  /** Stops all roles in reverse order, then frees the workspace. */
  close(): Promise<void>;
};

/** Opens a bench on a workspace. All roles are off; what an earlier run began goes on once they start. */
export async function createBench(options: BenchOptions): Promise<Bench> {
  const vins = (options.vins ?? [DEMO_VIN]).map(parseVin);
  const workspace = await openWorkspace(options.workspaceDir);
  try {
    return await compose(options, vins, workspace);
  } catch (error) {
    await workspace.close();
    throw error;
  }
}

async function compose(
  options: BenchOptions,
  vins: readonly string[],
  workspace: Workspace,
): Promise<Bench> {
  const { clock = systemClock, random = systemRandom, log = silentLog } = options;
  const { vault = createMemoryVault() } = options;
  const closing = new AbortController();
  const { signal } = closing;
  const { db } = workspace;

  const settings = openSettings(db, options.settings ?? {}, log);
  const ring = createKeyRing(db);
  const keys = createSessionKeys(ring, random);
  const catalogue = createCatalogue({ db, dir: workspace.path('artifacts'), clock, random });
  const traffic = createTrafficRing({ clock, log });
  const feeds = createFeeds(traffic, clock);
  const users = createUsers(options.credentials ?? {}, ['backend', 'gatekeeper', ...vins], random);
  const changed = (): void => {
    if (!signal.aborted) feeds.bench.set(view());
  };
  const links = createLinks(() => stage.brokerUrl(), changed);
  const context: Context = {
    ...{ workspace, clock, random, log, ring, keys, catalogue, traffic, users, links, signal },
    ca: await createBenchCa({ clock, random, name: 'OTA Bench CA' }),
    ecuSpeed: options.ecuSpeed ?? 'real',
    settings: () => settings.get(),
    topics: () => createTopics(settings.get().topicRoot),
  };
  const { gatekeeper = true, backendElsewhere = false } = options;
  const stage = createStage({ context, feeds, vins, gatekeeper, backendElsewhere });
  const roles = createRoles({ starters: stage.starters, clock, log, changed });
  const updates = createUpdateDesk({
    backend: stage.backend,
    updates: feeds.updates,
    keys,
    algorithm: () => settings.get().algorithm,
  });
  const demo = createDemo({ roles, catalogue, updates, feeds, clock, signal, changed, vins });

  function view(): BenchView {
    return {
      version: options.version,
      workspace: workspace.dir,
      vault: vault.mode,
      host: options.host,
      roles: roles.states(),
      links: links.views(),
      endpoints: roles.endpoints(),
      settings: settings.get(),
      demo: demo.state() satisfies DemoState,
    };
  }

  const router = createRouter({
    ...{ log, feeds, roles, settings, users, catalogue, updates, demo, view, changed },
    ring: traffic,
  });
  feeds.bench.set(view());
  const files = options.trustFiles ?? [];
  const trusting = await followTrustFiles({ files, ring, clock, log, signal });

  const close = async (): Promise<void> => {
    // Whatever still waits for a broker gives up, so that stopping need not wait for it.
    closing.abort(
      new BenchError('BENCH_CLOSED', 'the bench is closing', { next: 'open it again' }),
    );
    await roles.stop(['dcu', 'backend', 'broker']);
    feeds.close();
    await trusting.done;
    await traffic.close();
    await catalogue.close();
    await vault.close();
    await workspace.close();
  };
  let closed: Promise<void> | null = null;
  return {
    router,
    client: createClient(router),
    view,
    importFirmware: (path, { signal: stop, onProgress }) =>
      catalogue.importImage(
        { path },
        {
          name: path.split(/[\\/]/).at(-1) ?? path,
          signal: stop === undefined ? signal : AbortSignal.any([signal, stop]),
          ...(onProgress === undefined ? {} : { onProgress }),
        },
      ),
    async writeTrust(file) {
      const { algorithm } = settings.get();
      const uses = [
        'release',
        'backend',
        'gatekeeper',
        ...vins.map((vin) => `dcu:${vin}` as const),
      ];
      for (const use of uses) await keys.key(use as Parameters<typeof keys.key>[0], algorithm);
      await writeTrustFile(file, keys);
    },
    failureOf: (role, { code, reason, next }) =>
      new CodedError(code, `${role}: ${reason}`, { next }),
    watchers: () => feeds.watchers(),
    close: () => (closed ??= close()),
  };
}
