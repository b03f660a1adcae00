import type { EcuView } from '#core/contract';
import type { Refusal } from '#core/ports';
import type { ProgressStatus } from '#core/protocol';
import { otherBank, softwareIn, startsOf } from './bank-meta.ts';
import { previousBank, type EcuBanks } from './banks.ts';
import { inventoryOf } from './conditions.ts';
import { ecuIdOf, updateIdOf } from './control.ts';
import { nextFor, type Why } from './errors.ts';
import type { VehicleConditions } from './profile.ts';
import type { DcuState, Run } from './state.ts';

/** The vehicle as it is this moment. */
export type VehicleState = {
  readonly vin: string;
  readonly conditions: VehicleConditions;
  readonly ecus: readonly EcuView[];
  /** The running job; null when idle. */
  readonly job: {
    readonly updateId: string;
    readonly ecuId: string;
    readonly kind: 'update' | 'rollback';
    readonly paused: boolean;
  } | null;
  /** Offers that wait [D8]. */
  readonly waiting: number;
  /** Why the DCU does nothing any more: its journal could not be written. */
  readonly fault: Refusal | null;
};

export function viewOf(options: {
  vin: string;
  conditions: VehicleConditions;
  ecus: readonly EcuBanks[];
  state: DcuState;
  halted: Why | null;
  progress: number;
}): VehicleState {
  const { vin, conditions, ecus, state, halted, progress } = options;
  const { run } = state;
  const updateId = updateIdOf(run);
  const busy = ecuIdOf(run);
  return {
    vin,
    conditions,
    ecus: ecus.map((ecu) => ecuView(ecu, run, busy, progress)),
    job:
      updateId === null || busy === null
        ? null
        : {
            updateId,
            ecuId: busy,
            kind: 'rollback' in run ? 'rollback' : 'update',
            paused: run.kind === 'downloading' && run.held,
          },
    waiting: state.queue.length,
    fault: halted && { code: halted.code, reason: halted.detail, next: nextFor(halted.code) },
  };
}

function ecuView(ecu: EcuBanks, run: Run, busy: string | null, progress: number): EcuView {
  const { banks, ...inventory } = inventoryOf(ecu);
  const mine = busy === ecu.profile.ecuId;
  return {
    ecuId: ecu.profile.ecuId,
    name: inventory.name,
    hardwareId: inventory.hardwareId,
    partNumber: inventory.partNumber,
    bootloaderSha256: inventory.bootloaderSha256,
    layout: ecu.profile.layout,
    boot: { attempt: startsOf(ecu.meta()), allowed: ecu.profile.bootAttempts },
    dependsOn: [...ecu.profile.dependsOn],
    activeBank: inventory.activeBank,
    banks: banks.map(({ bank, state, version, sha256, length, releaseCounter }) => ({
      bank,
      state,
      version,
      sha256,
      length,
      releaseCounter,
    })),
    activity: mine ? (activityOf(run) ?? 'idle') : 'idle',
    progress: mine ? progress : 0,
    rollback: rollbackOf(ecu, busy),
  };
}

/** [D7] as far as the records tell; the content is hashed when it is asked for. */
function rollbackOf(ecu: EcuBanks, busy: string | null): EcuView['rollback'] {
  const no = (code: string, reason: string): EcuView['rollback'] => ({
    possible: false,
    refusal: { code, reason, next: nextFor(code) },
  });
  if (busy !== null) return no('BUSY', `the vehicle is busy with ${busy}`);
  const meta = ecu.meta();
  const bank = previousBank(meta);
  const software = bank && softwareIn(meta, bank);
  if (software) return { possible: true, toVersion: software.version };
  const other = ecu.profile.layout === 'single' ? 'the backup' : 'the other bank';
  return no('NO_VALID_BANK', `${other} is ${meta.banks[otherBank(meta.active)].state}`);
}

export function activityOf(run: Run): ProgressStatus | null {
  switch (run.kind) {
    case 'idle':
    case 'closing':
    case 'checking':
      return null;
    case 'downloading':
    case 'securing':
      return 'downloading';
    case 'installing':
      return 'installing';
    case 'rebooting':
    case 'testing':
    case 'committing':
      return 'finalizing';
    case 'cancelling':
      return 'cancelled';
    default:
      return 'rolling_back';
  }
}
