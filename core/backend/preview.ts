import type { RollbackPreview } from '#core/contract';
import type { InventoryBank, InventoryEcu } from '#core/protocol';
import type { UpdateState } from './machine.ts';
import { previousBank } from './vehicles.ts';

/** What a vehicle that is not ours would do, by what it last told; its own checks decide then. */
export function previewOf(
  vin: string,
  ecu: InventoryEcu,
  open: readonly UpdateState[],
): RollbackPreview {
  const ecuId = String(ecu.ecuId);
  const previous = previousBank(ecu);
  const running = ecu.banks.find(({ bank }) => bank === ecu.activeBank);
  const other = ecu.banks.find(({ bank }) => bank !== ecu.activeBank);
  const [busy] = open;
  const idle = {
    check: 'idle',
    passed: busy === undefined,
    detail: busy === undefined ? 'no update is open' : `update ${busy.updateId} is ${busy.stage}`,
  };
  const image = {
    check: 'previousImage',
    passed: previous !== null,
    detail:
      previous === null
        ? other === undefined
          ? `ECU ${ecuId} has no second bank`
          : `bank ${other.bank} of ECU ${ecuId} is ${other.state}`
        : `bank ${previous.bank} holds ${previous.version ?? 'an unnamed version'}, as last told`,
  };
  const failed = [
    { code: 'BUSY', next: 'Wait for the update to end, or cancel it.', ...idle },
    { code: 'NO_VALID_BANK', next: 'Install an update first; then there is one.', ...image },
  ].find(({ passed }) => !passed);
  const to = previous && shown(previous);
  return {
    ...{ vin, ecuId, basis: 'reported', to, from: running ? shown(running) : null },
    checks: [idle, image],
    steps:
      failed === undefined && to !== null
        ? [
            `Send the vehicle a signed rollback command`,
            `It checks its banks itself, starts ${to.version ?? 'the other image'} from bank ${to.bank} and tests it`,
          ]
        : [],
    refusal: failed ? { code: failed.code, reason: failed.detail, next: failed.next } : null,
  };
}

function shown({ bank, version, sha256 }: InventoryBank): NonNullable<RollbackPreview['to']> {
  return { bank, version, sha256 };
}
