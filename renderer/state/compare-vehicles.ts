import type { BankView, EcuView, VehicleView } from '#core/contract';
import { t } from '../i18n/index.ts';

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
        : `${bankName({ layout: 'dual' }, bank)} / ${bankName({ layout: 'single' }, bank)}`;
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
    [t('vehicles:compare.version'), active?.version ?? '—'],
    [t('vehicles:compare.counter'), active?.releaseCounter?.toString() ?? '—'],
    [t('vehicles:compare.layout'), single ? t('vehicles:ecu.single') : t('vehicles:ecu.dual')],
    [
      t('vehicles:compare.startsFrom'),
      single
        ? t('vehicles:compare.onlyBank')
        : t('vehicles:compare.bank', { bank: ecu.activeBank }),
    ],
    ...ecu.banks.flatMap((bank): [string, string][] => {
      const name = nameOf(bank.bank);
      return [
        [name, contentOf(bank)],
        [`${name}, SHA-256`, bank.sha256 ?? '—'],
      ];
    }),
    [t('vehicles:compare.hardware'), ecu.hardwareId],
    [t('vehicles:compare.part'), ecu.partNumber],
    [t('vehicles:compare.bootloader'), ecu.bootloaderSha256],
    [
      t('vehicles:compare.dependsOn'),
      ecu.dependsOn.length === 0 ? t('vehicles:compare.none') : ecu.dependsOn.join(', '),
    ],
  ]);
}

/** What people call a bank: an ECU with one has its flash and a copy. */
export function bankName(ecu: Pick<EcuView, 'layout'>, bank: BankView['bank']): string {
  if (ecu.layout === 'dual') return t('vehicles:compare.bank', { bank });
  return bank === 'A' ? t('vehicles:compare.flash') : t('vehicles:compare.backup');
}

function contentOf(bank: BankView): string {
  const state = t(`ui:bank.${bank.state}.word`);
  if (bank.version === null) return state;
  return bank.releaseCounter === null
    ? `${bank.version} (${state})`
    : t('vehicles:compare.content', { version: bank.version, state, counter: bank.releaseCounter });
}
