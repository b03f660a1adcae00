import type { ControlView, EcuView, JobView } from '#core/contract';
import { unreachable, type Refusal } from '#core/ports';
import type { ProgressStatus } from '#core/protocol';
import { otherBank, softwareIn, startsOf } from './bank-meta.ts';
import { previousBank, type EcuBanks } from './banks.ts';
import { inventoryOf } from './conditions.ts';
import { control } from './control.ts';
import { nextFor, type Why } from './errors.ts';
import type { VehicleConditions } from './profile.ts';
import { objectionTo } from './requirements.ts';
import type { DcuState, Run } from './state.ts';
import { ecuIdOf, updateIdOf } from './subject.ts';

/** The vehicle as it is this moment. */
export type VehicleState = {
  readonly vin: string;
  readonly conditions: VehicleConditions;
  readonly ecus: readonly EcuView[];
  /** The running job; null when idle. */
  readonly job: JobView | null;
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
  const busy = ecuIdOf(run);
  return {
    vin,
    conditions,
    ecus: ecus.map((ecu) => ecuView(ecu, ecus, run, busy, progress)),
    job: jobOf(state),
    waiting: state.queue.length,
    fault: halted && { code: halted.code, reason: halted.detail, next: nextFor(halted.code) },
  };
}

function jobOf(state: DcuState): JobView | null {
  const { run } = state;
  const updateId = updateIdOf(run);
  const ecuId = ecuIdOf(run);
  if (updateId === null || ecuId === null) return null;
  const isRollback = 'rollback' in run || ('job' in run && run.job.kind === 'rollback');
  return {
    updateId,
    ecuId,
    kind: isRollback ? 'rollback' : 'update',
    phase: run.kind,
    paused: isHeld(run),
    waiting: run.kind === 'awaiting' ? 'confirmation' : null,
    controls: {
      pause: controlView(state, 'pause'),
      resume: controlView(state, 'resume'),
      cancel: controlView(state, 'cancel'),
    },
  };
}

/** Asks the machine itself what it would answer, so that no button says otherwise. */
function controlView(state: DcuState, command: 'pause' | 'resume' | 'cancel'): ControlView {
  const asked = { type: 'commanded', command, updateId: null, inReplyTo: null } as const;
  const refusal = control(state, asked).effects.find((effect) => effect.type === 'refuseCommand');
  if (refusal === undefined) return { possible: true };
  const { code, detail } = refusal.why;
  return { possible: false, refusal: { code, reason: detail, next: nextFor(code) } };
}

export function isHeld(run: Run): boolean {
  return (run.kind === 'downloading' || run.kind === 'installing') && run.held;
}

function ecuView(
  ecu: EcuBanks,
  vehicle: readonly EcuBanks[],
  run: Run,
  busy: string | null,
  progress: number,
): EcuView {
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
    rollback: rollbackOf(ecu, vehicle, busy),
  };
}

/** [D7] as far as the records tell; the content is hashed when it is asked for. */
function rollbackOf(
  ecu: EcuBanks,
  vehicle: readonly EcuBanks[],
  busy: string | null,
): EcuView['rollback'] {
  const no = (code: string, reason: string): EcuView['rollback'] => ({
    possible: false,
    refusal: { code, reason, next: nextFor(code) },
  });
  if (busy !== null) return no('BUSY', `the vehicle is busy with ${busy}`);
  const meta = ecu.meta();
  const bank = previousBank(meta);
  const software = bank && softwareIn(meta, bank);
  if (software) {
    const objection = objectionTo(ecu, software, vehicle);
    if (objection !== null) return no(objection.code, objection.detail);
    return { possible: true, toVersion: software.version };
  }
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
    case 'awaiting':
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
    case 'reverting':
    case 'looking':
    case 'switching':
    case 'retesting':
    case 'returning':
    case 'proving':
      return 'rolling_back';
    default:
      return unreachable(run);
  }
}
