import { type BenchContractImplementer } from '../refuse.ts';
import { type ReportDesk } from './desk-types.ts';

/** The reports part of the contract. */
export function createReportRoutes(os: BenchContractImplementer, desk: ReportDesk) {
  const { reports } = os;
  return {
    reports: {
      begin: reports.begin.handler(({ input: { vin, ...wish } }) => desk.begin(vin, wish)),
      attach: reports.attach.handler(({ input }) => {
        desk.attach(input.sessionId, input.updateId);
        return { attached: true } as const;
      }),
      finish: reports.finish.handler(({ input: { sessionId, ...more } }) =>
        desk.finish(sessionId, more),
      ),
      discard: reports.discard.handler(({ input }) => {
        desk.discard(input.sessionId);
        return { discarded: true } as const;
      }),
      create: reports.create.handler(({ input: { updateId, ...wish } }) =>
        desk.create(updateId, wish),
      ),
      running: reports.running.handler(() => desk.running()),
      list: reports.list.handler(({ input }) => desk.list(input)),
      get: reports.get.handler(({ input }) => desk.get(input.reportId)),
      export: reports.export.handler(({ input: { reportId, format, language } }) =>
        desk.export(reportId, format, language),
      ),
      verify: reports.verify.handler(({ input: { document, ...by } }) => desk.verify(document, by)),
      verifier: reports.verifier.handler(() => desk.verifier()),
      publicKeys: reports.publicKeys.handler(() => desk.publicKeys()),
    },
  };
}
