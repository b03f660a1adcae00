import { type Router } from '@orpc/server';
import { type BenchContract, type BenchView } from '#core/contract';
import { type Catalogue } from '#core/catalogue';
import { type Log } from '#core/ports';
import { type Demo } from './demo.ts';
import { type DiagnosticsDesk } from './diagnostics-desk.ts';
import { type FaultDesk } from './faults/desk.ts';
import { createFaultRoutes } from './faults/routes.ts';
import { type Feeds } from './feeds.ts';
import { type GuidedDesk } from './guided/desk.ts';
import { createGuidedRoutes } from './guided/routes.ts';
import { type LabDesk } from './lab/desk.ts';
import { createLabRoutes } from './lab/routes.ts';
import { implementBench } from './refuse.ts';
import { type ReportDesk } from './reports/desk-types.ts';
import { createReportRoutes } from './reports/routes.ts';
import { type Roles } from './roles.ts';
import { type RollbackDesk } from './rollbacks.ts';
import { type SampleDesk } from './sample/desk.ts';
import { createSampleRoutes } from './sample/routes.ts';
import { type SettingsStore } from './settings.ts';
import { type TrafficDesk } from './traffic/desk.ts';
import { createCaptureRoutes, createSendingRoutes } from './traffic/routes.ts';
import { decodeBase64 } from './trust/files.ts';
import { createTrustRoutes, type TrustDesks } from './trust/routes.ts';
import { type UpdateDesk } from './updates.ts';
import { type Users } from './users.ts';
import { type VehicleDesk } from './vehicles/desk.ts';
import { createVehicleRoutes } from './vehicles/routes.ts';

/** What the procedures need of the bench. */
export type Desk = TrustDesks & {
  log: Log;
  feeds: Feeds;
  roles: Roles;
  settings: SettingsStore;
  users: Users;
  catalogue: Catalogue;
  traffic: TrafficDesk;
  lab: LabDesk;
  sample: SampleDesk;
  updates: UpdateDesk;
  rollbacks: RollbackDesk;
  vehicles: VehicleDesk;
  demo: Demo;
  faults: FaultDesk;
  guided: GuidedDesk;
  reports: ReportDesk;
  diagnostics: DiagnosticsDesk;
  view: () => BenchView;
  /** The view changed without a role doing so. */
  changed: () => void;
};

/** A procedure is told everything by the desk it was made with. */
type NoContext = Record<PropertyKey, never>;

/** Its type is the contract's: what the compiler would infer is too long to be written down. */
export type BenchRouter = Router<BenchContract, NoContext>;

/** The contract over one bench. Every procedure is a sentence; what it means is told elsewhere. */
export function createRouter(desk: Desk): BenchRouter {
  const { log, feeds, roles, settings, users, catalogue, updates, demo } = desk;
  const os = implementBench(log);
  const sent = { sent: true } as const;
  return os.router({
    bench: {
      watch: os.bench.watch.handler(({ signal }) => feeds.bench.watch(signal)),
      start: os.bench.start.handler(async ({ input }) => {
        await roles.start(input.roles);
        return desk.view();
      }),
      stop: os.bench.stop.handler(async ({ input }) => {
        await roles.stop(input.roles);
        return desk.view();
      }),
    },
    demo: { run: os.demo.run.handler(() => demo.run()) },
    firmware: {
      begin: os.firmware.begin.handler(({ input }) => catalogue.uploads.begin(input)),
      chunk: os.firmware.chunk.handler(({ input: { uploadId, offset, base64 } }) =>
        catalogue.uploads.chunk(uploadId, offset, decodeBase64(base64)),
      ),
      finish: os.firmware.finish.handler(({ input }) => catalogue.uploads.finish(input.uploadId)),
      abort: os.firmware.abort.handler(async ({ input }) => ({
        aborted: await catalogue.uploads.abort(input.uploadId),
      })),
      list: os.firmware.list.handler(() => catalogue.artifacts()),
    },
    releases: { list: os.releases.list.handler(() => catalogue.releases()) },
    updates: {
      watch: os.updates.watch.handler(({ signal }) => feeds.updates.watch(signal)),
      compose: os.updates.compose.handler(({ input }) =>
        updates.compose(input.draft, input.algorithm),
      ),
      composeGroup: os.updates.composeGroup.handler(({ input }) =>
        updates.composeGroup(input.draft, input.algorithm),
      ),
      publish: os.updates.publish.handler(async ({ input }) => ({
        updateId: await updates.publish(input.composedId),
      })),
      cancel: os.updates.cancel.handler(async ({ input }) => {
        await updates.command(input.updateId, 'cancel');
        return sent;
      }),
      pause: os.updates.pause.handler(async ({ input }) => {
        await updates.command(input.updateId, 'pause');
        return sent;
      }),
      resume: os.updates.resume.handler(async ({ input }) => {
        await updates.command(input.updateId, 'resume');
        return sent;
      }),
    },
    ...createVehicleRoutes(os, {
      ...{ vehicles: desk.vehicles, rollbacks: desk.rollbacks, feed: feeds.vehicles },
    }),
    settings: {
      get: os.settings.get.handler(() => settings.get()),
      set: os.settings.set.handler(({ input }) => {
        const stored = settings.set(input, roles.running());
        // What is over the bounds leaves by and by; a refusal shows as the recorder's state.
        desk.traffic.capture.keep(stored.capture).catch((error: unknown) => {
          log('warn', 'the retention of traffic was not taken', { reason: String(error) });
        });
        desk.changed();
        return stored;
      }),
      credentials: os.settings.credentials.handler(() => users.all()),
      setPassword: os.settings.setPassword.handler(async ({ input }) => {
        const { broker, user, password } = input;
        await users.set(broker, user, password);
        return { user };
      }),
      outsideUsers: os.settings.outsideUsers.handler(() => users.outside()),
    },
    ...createTrustRoutes(os, desk),
    diagnostics: { save: os.diagnostics.save.handler(() => desk.diagnostics.save()) },
    ...createCaptureRoutes(os, desk.traffic),
    ...createSendingRoutes(os, desk.traffic),
    ...createFaultRoutes(os, desk),
    ...createGuidedRoutes(os, desk.guided),
    ...createReportRoutes(os, desk.reports),
    ...createLabRoutes(os, { lab: desk.lab, runs: feeds.runs }),
    ...createSampleRoutes(os, desk.sample),
  });
}
