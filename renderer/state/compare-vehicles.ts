import type { BankView, EcuView, VehicleView } from '#core/contract';

export type Row = { label: string; left: string; right: string; differs: boolean };

/** One ECU of either vehicle, cell by cell; `rows` is empty where only one of them has it. */
export type Compared = {
  ecuId: string;
  name: string;
  in: 'both' | 'left' | 'right';
  rows: Row[];
  /** How many rows differ. */
  different: number;
};

/** ECU by ECU, in the order of the first vehicle and then of the second. */
export function compareVehicles(left: VehicleView, right: VehicleView): Compared[] {
  const ids = new Set([...left.ecus, ...right.ecus].map(({ ecuId }) => ecuId));
  return [...ids].flatMap((ecuId): Compared[] => {
    const [one, other] = [left, right].map(({ ecus }) => ecus.find((ecu) => ecu.ecuId === ecuId));
    const known = one ?? other;
    if (!known) return [];
    const base = { ecuId, name: known.name };
    if (!one || !other) {
      return [{ ...base, in: one ? 'left' : 'right', rows: [], different: 1 }];
    }
    const nameOf = (bank: BankView['bank']): string =>
      one.layout === other.layout
        ? bankName(one, bank)
        : `${bankName({ layout: 'dual' }, bank)} / ${bankName({ layout: 'single' }, bank).toLowerCase()}`;
    const [values, others] = [cellsOf(one, nameOf), cellsOf(other, nameOf)];
    const labels = [...new Set([...values.keys(), ...others.keys()])];
    const rows = labels.map((label) => {
      const [mine, theirs] = [values.get(label) ?? '—', others.get(label) ?? '—'];
      return { label, left: mine, right: theirs, differs: mine !== theirs };
    });
    return [{ ...base, in: 'both', rows, different: rows.filter(({ differs }) => differs).length }];
  });
}

function cellsOf(ecu: EcuView, nameOf: (bank: BankView['bank']) => string): Map<string, string> {
  const active = ecu.banks.find(({ bank }) => bank === ecu.activeBank);
  const single = ecu.layout === 'single';
  return new Map([
    ['Runs version', active?.version ?? '—'],
    ['Release counter', active?.releaseCounter?.toString() ?? '—'],
    ['Layout', single ? 'one bank with backup' : 'two banks'],
    ['Starts from', single ? 'its only bank' : `bank ${ecu.activeBank}`],
    ...ecu.banks.flatMap((bank): [string, string][] => {
      const name = nameOf(bank.bank);
      return [
        [name, contentOf(bank)],
        [`${name}, SHA-256`, bank.sha256 ?? '—'],
      ];
    }),
    ['Hardware', ecu.hardwareId],
    ['Part', ecu.partNumber],
    ['Bootloader', ecu.bootloaderSha256],
    ['Depends on', ecu.dependsOn.length === 0 ? 'none' : ecu.dependsOn.join(', ')],
  ]);
}

/** What people call a bank: an ECU with one has its flash and a copy. */
export function bankName(ecu: Pick<EcuView, 'layout'>, bank: BankView['bank']): string {
  if (ecu.layout === 'dual') return `Bank ${bank}`;
  return bank === 'A' ? 'Flash' : 'Backup';
}

function contentOf(bank: BankView): string {
  const counter = bank.releaseCounter === null ? '' : `, counter ${String(bank.releaseCounter)}`;
  return bank.version === null ? bank.state : `${bank.version} (${bank.state}${counter})`;
}
