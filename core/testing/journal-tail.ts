import { open, stat } from 'node:fs/promises';

/** What a vehicle is doing, in the order of an update; `reverting` may come after any of them. */
export const UPDATE_PHASES = [
  'checking',
  'downloading',
  'securing',
  'installing',
  'rebooting',
  'testing',
  'committing',
  'closing',
] as const;
export type UpdatePhase = (typeof UPDATE_PHASES)[number];
export type Phase = UpdatePhase | 'reverting' | 'idle';

/** Follows a vehicle's journal from another process, as it grows. */
export type JournalTail = {
  /** After what is on disk now. */
  phase(): Promise<Phase>;
};

export function followJournal(path: string): JournalTail {
  let offset = 0;
  let rest = '';
  let phase: Phase = 'idle';
  return {
    async phase() {
      const size = await stat(path).then(
        (found) => found.size,
        () => 0,
      );
      // Folded into one line, or cut off behind a torn one: read anew.
      if (size < offset) [offset, rest, phase] = [0, '', 'idle'];
      if (size === offset) return phase;
      const file = await open(path, 'r');
      try {
        const { buffer, bytesRead } = await file.read(
          Buffer.alloc(size - offset),
          0,
          size - offset,
          offset,
        );
        offset += bytesRead;
        const lines = (rest + buffer.subarray(0, bytesRead).toString('utf8')).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) phase = phaseAfter(phase, eventOf(line));
      } finally {
        await file.close();
      }
      return phase;
    },
  };
}

type Event = {
  readonly type: string;
  readonly failedStarts?: number;
  readonly state?: { readonly run: { readonly kind: string } };
};

function eventOf(line: string): Event {
  return JSON.parse(line.slice(line.indexOf(' ') + 1)) as Event;
}

function phaseAfter(phase: Phase, { type, failedStarts = 0, state }: Event): Phase {
  switch (type) {
    case 'snapshot': {
      const kind = state?.run.kind;
      return kind === 'reverting' ? kind : (UPDATE_PHASES.find((each) => each === kind) ?? 'idle');
    }
    case 'offered':
      return 'checking';
    case 'confirmed':
      return 'downloading';
    case 'downloaded':
      return 'securing';
    case 'secured':
      return 'installing';
    case 'written':
      return 'rebooting';
    case 'powered':
      return phase === 'testing' ? 'rebooting' : phase;
    case 'booted':
      return failedStarts > 0 ? 'reverting' : 'testing';
    case 'tested':
      return 'committing';
    case 'failed':
      return ['installing', 'rebooting', 'testing', 'committing'].includes(phase)
        ? 'reverting'
        : 'closing';
    case 'committed':
    case 'reverted':
    case 'cleared':
      return 'closing';
    case 'closed':
    case 'remembered':
      return 'idle';
    default:
      return phase;
  }
}
