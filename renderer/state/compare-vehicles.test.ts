import { describe, expect, it } from 'vitest';
import { bankName, compareVehicles } from './compare-vehicles.ts';
import { anEcu, aVehicle } from './vehicle.testing.ts';

describe('two vehicles side by side', () => {
  it('finds no difference between twins', () => {
    const [ecu] = compareVehicles(aVehicle({}), aVehicle({ vin: 'TWIN' }));
    expect(ecu).toMatchObject({ ecuId: 'brake', in: 'both', different: 0 });
  });

  it('marks each cell that differs: version, counter, bank and hash', () => {
    const ecu = anEcu({});
    const banks = ecu.banks.map((bank) =>
      bank.bank === 'B'
        ? { ...bank, state: 'valid' as const, version: '4.0.0', sha256: 'c'.repeat(64) }
        : bank,
    );
    const other = aVehicle({ vin: 'OTHER', ecus: [{ ...ecu, activeBank: 'B', banks }] });
    const [compared] = compareVehicles(aVehicle({}), other);
    const differing = compared?.rows.filter(({ differs }) => differs).map(({ label }) => label);
    expect(differing).toEqual([
      ...['Runs version', 'Release counter', 'Starts from', 'Bank B', 'Bank B, SHA-256'],
    ]);
    expect(compared?.different).toBe(5);
  });

  it('puts a flash beside the bank it is compared with', () => {
    const single = aVehicle({ vin: 'SINGLE', ecus: [anEcu({ layout: 'single' })] });
    const rows = compareVehicles(aVehicle({}), single)[0]?.rows ?? [];
    expect(rows.find(({ label }) => label === 'Bank A / Flash')).toMatchObject({ differs: false });
    expect(rows.find(({ label }) => label === 'Layout')).toMatchObject({ differs: true });
  });

  it('names an ECU that only one of them has', () => {
    const left = aVehicle({ ecus: [anEcu({}), anEcu({ ecuId: 'engine', name: 'Engine' })] });
    const right = aVehicle({ ecus: [anEcu({}), anEcu({ ecuId: 'roof', name: 'Roof' })] });
    expect(compareVehicles(left, right).map((each) => [each.ecuId, each.in])).toEqual([
      ['brake', 'both'],
      ['engine', 'left'],
      ['roof', 'right'],
    ]);
  });

  it('calls the two of a single-bank ECU what they are', () => {
    expect(bankName({ layout: 'single' }, 'A')).toBe('Flash');
    expect(bankName({ layout: 'single' }, 'B')).toBe('Backup');
    expect(bankName({ layout: 'dual' }, 'B')).toBe('Bank B');
  });
});
