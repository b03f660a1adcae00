import type { EcuView } from '#core/contract';

export const runningVersion = ({ activeBank, banks }: EcuView): string | null =>
  banks.find(({ bank }) => bank === activeBank)?.version ?? null;

/** What a rollback's preview is of: with other images in the banks it is a preview of nothing. */
export function standOf({ activeBank, banks }: EcuView): string {
  return JSON.stringify([
    activeBank,
    ...banks.map(({ bank, version, sha256, state }) => [bank, version, sha256, state]),
  ]);
}

/** The version that goes back everywhere: the one the box was ticked for, and no other since. */
export function recalledBy(ticked: string | null, ecu: EcuView, others: number): string | null {
  return others > 0 && ticked === runningVersion(ecu) ? ticked : null;
}
