import { type BenchView, type RollbackVerdictView } from '#core/contract';
import { openRecords } from '#core/backend';
import { createCatalogue } from '#core/catalogue';
import { type WrittenFault } from '#core/faults';
import { openBenchCa } from '#core/pki';
import { CodedError, silentLog, systemClock, systemRandom } from '#core/ports';
import { createTopics, parseVin } from '#core/protocol';
import { createKeyRing } from '#core/signing';
import { type Workspace } from '#core/storage';
import { createAuditDesk } from './audit-desk.ts';
import { type Bench, type BenchOptions } from './bench-types.ts';
import { createClient } from './client.ts';
import { type Context } from './context.ts';
import { createDemo, type DemoState } from './demo.ts';
import { createDiagnosticsDesk } from './diagnostics-desk.ts';
import { BenchError } from './errors.ts';
import { createFaultDesk } from './faults/desk.ts';
import { createFeeds } from './feeds.ts';
import { openKeys } from './keys.ts';
import { standOn } from './ground.ts';
import { createGuidedDesk } from './guided/desk.ts';
import { createLabDesk } from './lab/desk.ts';
import { type Lab } from './lab/lab.ts';
import { type LabBench } from './lab/site.ts';
import { createLinks } from './links.ts';
import { createRefusals } from './refusals.ts';
import { createReportDesk } from './reports/desk.ts';
import { createRouter } from './router.ts';
import { createRoles } from './roles.ts';
import { createRollbackDesk } from './rollbacks.ts';
import { openSampleBook } from './sample/book.ts';
import { createSampleDesk } from './sample/desk.ts';
import { openSettings } from './settings.ts';
import { createStage } from './stage.ts';
import { takingUp } from './taking-up.ts';
import { openCapture } from './traffic/capture.ts';
import { createTrafficDesk } from './traffic/desk.ts';
import { createAclDesk } from './trust/acl-desk.ts';
import { openAcl } from './trust/acl-store.ts';
import { createCertificateDesk } from './trust/certificate-desk.ts';
import { type Addresses, handOutDcu, handOutMosquitto } from './trust/handout.ts';
import { createIdentities } from './trust/identities.ts';
import { createNotices } from './trust/notices.ts';
import { openChosenVault } from './trust/opened-vault.ts';
import { createSecretDesk } from './trust/secret-desk.ts';
import { tryLive } from './trust/try-live.ts';
import { followTrust } from './trust/uptake.ts';
import { viewTrust } from './trust/views.ts';
import { followTrustFiles, trustTextOf, writeTrustFile } from './trust-file.ts';
import { createUpdateDesk } from './updates.ts';
import { openUsers } from './users.ts';
import { DEMO_PROFILE } from './vehicles/demo-vehicle.ts';
import { createVehicleDesk } from './vehicles/desk.ts';
import { createGarage } from './vehicles/garage.ts';
import { createProfiles } from './vehicles/profiles.ts';
import { openVehicleStore } from './vehicles/store.ts';

/** A bench, and the inside of it that a scenario looks at. */
export type OpenBench = LabBench & { bench: Bench };
export type Closable = { close(): Promise<void> };

/** Everything of one bench, each part given what it needs of the others. */
export async function compose(
  options: BenchOptions,
  written: readonly WrittenFault[],
  workspace: Workspace,
  /** What a failure further on must let go of. */
  held: Closable[],
  playing: Lab,
): Promise<OpenBench> {
  const { clock = systemClock, random = systemRandom, log = silentLog } = options;
  const closing = new AbortController();
  const { signal } = closing;
  const { db } = workspace;

  const garage = createGarage({
    store: openVehicleStore({ db, vins: options.vins, profile: options.profile }),
    profiles: createProfiles({ builtIn: options.ecusDir, own: workspace.path('ecus') }),
    speed: options.ecuSpeed ?? 'real',
  });
  const vins = (): string[] => garage.store.vins();
  const settings = openSettings(db, options.settings ?? {}, log);
  // Its threads start while keys and certificates are looked for.
  const opening = openCapture({
    file: options.records === false ? null : workspace.path('traffic.db'),
    retention: settings.get().capture,
    ...{ clock, log },
  });
  const unopened = opening.catch(() => null);
  held.push({ close: async () => (await unopened)?.close() });
  const opened = await openChosenVault(options.vault ?? 'session', { db, random, log });
  const { vault } = opened;
  const ring = createKeyRing(db);
  const catalogue = createCatalogue({ db, dir: workspace.path('artifacts'), clock, random });
  const feeds = createFeeds(clock);
  const { faultSeed: seed, onPowerCut: die } = options;
  const ecusOf = async (vin: string): Promise<string[]> =>
    (await garage.equip(vin)).ecus.map(({ ecuId }) => ecuId);
  const faults = await createFaultDesk({
    ...{ seed, die, clock, feed: feeds.faults, written, vins, ecusOf },
  });
  const refusals = createRefusals(clock, signal);
  refusals.onRefused(({ reason, ...more }) => {
    log('info', 'the broker refused', { detail: reason, ...more });
  });
  // Until the bench is composed nobody watches.
  let composed = false;
  const trustChanged = (): void => {
    if (composed && !signal.aborted) feeds.trust.set(viewTrust(trusted));
  };
  const changed = (): void => {
    if (composed && !signal.aborted) feeds.bench.set(view());
  };
  const notices = createNotices(trustChanged);
  const keys = await openKeys({ ring, vault, notices, random, changed: trustChanged });
  const given = options.credentials ?? {};
  const { fleet } = options;
  const users = await openUsers({
    given,
    names: ['backend', 'gatekeeper', ...vins()],
    vault,
    notices,
    random,
    fleet,
  });
  const ca = await openBenchCa({ vault, db, clock, random, name: 'OTA Bench CA' });
  if (ca.notice) notices.add(ca.notice);
  const identities = createIdentities({ ca, notices, changed: trustChanged });
  const trusted = { opened, ca, identities, keys, ring, notices };
  const root = (): string => settings.get().topicRoot;
  const acl = openAcl(db, root);
  const links = createLinks(() => stage.brokerPlace(), changed);
  const capture = await opening;
  const context: Context = {
    ...{ workspace, clock, random, log, ring, keys, catalogue, refusals, users },
    traffic: capture,
    brokerLimits: options.brokerLimits ?? {},
    ...{ ca, identities, acl, links, garage, signal, faults: faults.faults },
    get names() {
      return ['backend', 'gatekeeper', ...vins()];
    },
    settings: () => settings.get(),
    topics: () => createTopics(root()),
  };
  const { gatekeeper = true, backendElsewhere = false } = options;
  const stage = createStage({ context, feeds, gatekeeper, backendElsewhere });
  const { broker, backend } = stage;
  const uptake = followTrust({
    ...{ ca, identities, links, broker, backend, clock, log, signal },
    changed: trustChanged,
  });
  held.push({
    close: async () => {
      // Else its timers keep the process that could not open the bench.
      closing.abort();
      await uptake.done;
    },
  });
  const roles = createRoles({
    starters: takingUp(stage.starters, uptake),
    ...{ clock, log, changed },
  });
  const updates = createUpdateDesk({
    ...{ backend, keys, updates: feeds.updates },
    algorithm: () => settings.get().algorithm,
  });
  const guided = createGuidedDesk({
    ...{ context, backend, roles, feeds },
    isSimulated: (vin) => stage.dcu(vin) !== undefined,
    algorithm: () => settings.get().algorithm,
  });
  const records = openRecords(db);
  const reports = createReportDesk({
    ...{ context, feeds, records, stage, version: options.version, host: options.host },
    verifierDir: options.verifierDir,
  });
  held.push(reports);
  const rollbacks = createRollbackDesk({
    ...{ backend, dcus: stage.dcus, records },
    confirming: reports.confirming,
  });
  const demo = createDemo({
    ...{ roles, catalogue, updates, feeds, clock, signal, changed },
    vin: () => vins().find((vin) => garage.store.get(vin)?.profile === DEMO_PROFILE) ?? vins()[0],
  });
  const traffic = createTrafficDesk({
    ...{ context, capture, vault, notices },
    place: () => stage.brokerPlace(),
  });
  held.push(traffic);
  const vehicles = createVehicleDesk({ garage, stage, users, workspace, faults: faults.faults });
  const sample = createSampleDesk({
    ...{ roles, vehicles, updates, rollbacks, records, catalogue, keys, traffic, feeds },
    ...{ clock, signal, book: openSampleBook(db), isInSession: reports.isInSession },
    settings: () => settings.get(),
    algorithm: () => settings.get().algorithm,
  });
  const lab = createLabDesk({ lab: playing, runs: feeds.runs, clock, random });
  const addresses = (): Addresses => ({
    brokerUrl: stage.brokerUrl(),
    backendUrl: backend()?.apiUrl ?? null,
  });

  function view(): BenchView {
    return {
      version: options.version,
      workspace: workspace.dir,
      vault: vault.mode,
      ...(opened.refusal ? { vaultRefusal: { ...opened.refusal } } : {}),
      host: options.host,
      roles: roles.states(),
      links: links.views(),
      endpoints: roles.endpoints(),
      settings: settings.get(),
      demo: demo.state() satisfies DemoState,
    };
  }

  const audit = createAuditDesk({
    ...{ context, opened, broker, visitors: stage.visitors, version: options.version },
  });
  const router = createRouter({
    ...{ log, feeds, roles, settings, users, catalogue, updates, demo, view, changed },
    ...{ traffic, lab, faults, rollbacks, vehicles, sample, reports, guided },
    certificates: createCertificateDesk({ ca, identities, uptake }),
    secret: createSecretDesk({
      keys,
      algorithm: () => settings.get().algorithm,
      running: () => roles.running(),
    }),
    access: createAclDesk({ acl, broker, root, vins }),
    audit,
    diagnostics: createDiagnosticsDesk({
      ...{ context, vault, audit, view, vins, logsDir: options.logsDir },
      updates: () => feeds.updates.values().sort((a, b) => b.createdAt - a.createdAt),
    }),
    tryLive: (wanted) => tryLive(context, stage.brokerPlace(), broker(), wanted),
    handOutDcu: (vin, passphrase) => handOutDcu(context, vin, addresses(), passphrase),
    handOutMosquitto: (port) => handOutMosquitto(context, port),
  });
  composed = true;
  // What a crash or a closed window left behind is seen before any role is on.
  const unfinished = records.unfinished();
  for (const update of unfinished) feeds.updates.set(update);
  stage.showVehicles(new Set(unfinished.map(({ vin }) => vin)));
  changed();
  trustChanged();
  const files = options.trustFiles ?? [];
  const following = { files, ring, clock, log, signal, changed: trustChanged };
  const trusting = await followTrustFiles(following);
  void traffic.connections.resume();
  // A passing one goes with whoever made it.
  if (options.durability !== 'passing') void standOn(workspace, { roles, clock, log, signal });

  const trustText = (): Promise<string> => trustTextOf(keys, vins(), settings.get().algorithm);
  const close = async (): Promise<void> => {
    // Whatever still waits for a broker gives up, so that stopping need not wait for it.
    closing.abort(
      new BenchError('BENCH_CLOSED', 'the bench is closing', { next: 'open it again' }),
    );
    await lab.close();
    await reports.close();
    await traffic.close();
    await roles.stop(['dcu', 'backend', 'broker']);
    sample.feed.close();
    feeds.close();
    await Promise.all([trusting.done, uptake.done]);
    await capture.close();
    await catalogue.close();
    await ca.close();
    await vault.close();
    await workspace.close();
  };
  let closed: Promise<void> | null = null;
  const bench: Bench = {
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
    writeTrust: async (file) => writeTrustFile(file, await trustText()),
    trustText,
    async certificateFor(vin) {
      const { certPem, keyPem } = await identities.fetch({ kind: 'client', cn: parseVin(vin) });
      return { cert: certPem, key: keyPem, ca: ca.certPem };
    },
    failureOf: (role, { code, reason, next }) =>
      new CodedError(code, `${role}: ${reason}`, { next }),
    onRefused: (listener) => refusals.onRefused(listener),
    wake: () => {
      links.wake();
      traffic.connections.wake();
    },
    watchers: () => feeds.watchers() + traffic.watchers() + sample.feed.watchers(),
    close: () => (closed ??= close()),
  };
  const verdicts = (): RollbackVerdictView[] => rollbacks.verdicts({ limit: 100 });
  return { bench, context, feeds, backend, broker, verdicts };
}
