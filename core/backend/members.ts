import type { UpdateMember, UpdateStage } from '#core/contract';
import type { Refusal } from '#core/ports';
import type { Progress } from '#core/protocol';

/** [D8] How far each ECU of an update of several has come. */

/** Stages are only left for later ones; a member that is done may go back with the others. */
const ORDER: Partial<Record<UpdateStage, number>> = {
  queued: 0,
  downloading: 1,
  installing: 2,
  finalizing: 3,
  completed: 4,
  failed: 5,
  cancelled: 5,
  rolling_back: 6,
  rolled_back: 7,
};
const placeOf = (stage: UpdateStage): number => ORDER[stage] ?? 0;

export type MemberTold = {
  readonly ecuId: string;
  readonly status: Progress['status'];
  readonly progress: number;
  readonly refusal: Refusal | null;
};

/** The members after one of them has told where it is; null when that is nothing new. */
export function tellMember(
  members: readonly UpdateMember[],
  { ecuId, status, progress, refusal }: MemberTold,
): { readonly members: UpdateMember[]; readonly entered: boolean } | null {
  const member = members.find((one) => one.ecuId === ecuId);
  if (member === undefined) return null;
  // A rollback that came to nothing leaves the new version where it is.
  const stuck = member.stage === 'rolling_back' && status === 'failed';
  if (!stuck && placeOf(status) < placeOf(member.stage)) return null;
  const entered = status !== member.stage;
  if (!entered && progress <= member.progress) return null;
  const next: UpdateMember = {
    ...member,
    stage: status,
    progress: status === 'completed' || status === 'rolled_back' ? 100 : progress,
    ...(refusal === null ? {} : { refusal: { ...refusal } }),
  };
  return { members: members.map((one) => (one === member ? next : one)), entered };
}

/** The whole has ended: who was not begun by then never will be. */
export function endMembers(members: readonly UpdateMember[], whole: UpdateStage): UpdateMember[] {
  return members.map((member) => {
    if (whole === 'completed') return { ...member, stage: 'completed', progress: 100 };
    return placeOf(member.stage) < placeOf('completed')
      ? { ...member, stage: 'cancelled' }
      : member;
  });
}

/** Of all members together. */
export function shareDone(members: readonly UpdateMember[]): number {
  if (members.length === 0) return 0;
  return Math.floor(members.reduce((sum, { progress }) => sum + progress, 0) / members.length);
}

/** Where the whole is while one of its members is there; its own end is told apart. */
export function stageOfWhole(status: Progress['status']): UpdateStage | null {
  switch (status) {
    case 'downloading':
    case 'installing':
    case 'rolling_back':
      return status;
    case 'finalizing':
      return 'installing';
    default:
      return null;
  }
}
