import type { ReportBank, ReportChange, ReportEcu, ReportSnapshot } from '#core/contract';

/** Each ECU that was there before or after, with what it ran at either time. */
export function changesOf(
  before: ReportSnapshot | null,
  after: ReportSnapshot | null,
): ReportChange[] {
  const names = new Set([...idsOf(before), ...idsOf(after)]);
  return [...names].map((ecuId) => {
    const was = ecuOf(before, ecuId);
    const is = ecuOf(after, ecuId);
    const from = runningIn(was);
    const to = runningIn(is);
    return {
      ecuId,
      name: is?.name ?? was?.name ?? ecuId,
      before: from,
      after: to,
      beforeBasis: was?.basis ?? null,
      afterBasis: is?.basis ?? null,
      changed: from === null || to === null ? null : differs(from, to),
    };
  });
}

function differs(from: ReportBank, to: ReportBank): boolean {
  return from.version !== to.version || from.sha256 !== to.sha256;
}

function runningIn(ecu: ReportEcu | null): ReportBank | null {
  return ecu?.banks.find(({ bank }) => bank === ecu.activeBank) ?? null;
}

function idsOf(snapshot: ReportSnapshot | null): string[] {
  return (snapshot?.ecus ?? []).map(({ ecuId }) => ecuId);
}

function ecuOf(snapshot: ReportSnapshot | null, ecuId: string): ReportEcu | null {
  return snapshot?.ecus.find((each) => each.ecuId === ecuId) ?? null;
}
