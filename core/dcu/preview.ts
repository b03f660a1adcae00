import type { RollbackPreview } from '#core/contract';
import type { BankName } from './bank-meta.ts';
import type { EcuBanks } from './banks.ts';
import { nextFor, type Why } from './errors.ts';
import { examine, measure } from './evidence.ts';
import type { Run } from './state.ts';

/** What a rollback of the ECU would do now, by the very checks that it would make. Reads only. */
export async function previewOf(
  vin: string,
  ecu: EcuBanks,
  vehicle: readonly EcuBanks[],
  run: Run,
): Promise<RollbackPreview> {
  const { ecuId } = ecu.profile;
  const [{ evidence }, examined] = [await measure(ecu), await examine(ecu, vehicle)];
  const busy: Why | null =
    run.kind === 'idle' ? null : { code: 'BUSY', detail: `the vehicle is ${run.kind}` };
  const why = busy ?? examined.why;
  const holds = (bank: BankName): Image => {
    const found = evidence.banks.find((one) => one.bank === bank);
    return { bank, version: found?.version ?? null, sha256: found?.sha256 ?? null };
  };
  const to = examined.bank && holds(examined.bank);
  const from = holds(evidence.activeBank);
  const idle =
    busy === null
      ? { check: 'idle', passed: true, detail: 'nothing else is under way' }
      : { check: 'idle', passed: false, detail: busy.detail };
  return {
    ...{ vin, ecuId, basis: 'measured', from, to },
    checks: [idle, ...examined.checks],
    steps: why === null && to !== null ? stepsOf(ecu, from, to) : [],
    refusal: why && { code: why.code, reason: why.detail, next: nextFor(why.code) },
  };
}

type Image = NonNullable<RollbackPreview['to']>;

function stepsOf(ecu: EcuBanks, from: Image, to: Image): string[] {
  const { ecuId, rebootMs, selfTestMs } = ecu.profile;
  return [
    `Record bank ${to.bank} (${to.version ?? 'unnamed'}) as the one that ${ecuId} starts`,
    `Start ${ecuId} again, ${rebootMs} ms`,
    `Run its self-test, ${selfTestMs} ms; if it fails, go back to ${from.version ?? 'what runs now'}`,
    `Keep ${from.version ?? 'what runs now'} in bank ${from.bank} to return to`,
  ];
}
