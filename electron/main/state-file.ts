import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { readState, writeState, type ShellState } from './window-state.ts';

export type StateFile = {
  readonly state: ShellState;
  /** Takes over what changed, and keeps it for the next start. */
  keep(change: Partial<ShellState>): void;
};

/**
 * How the windows stood, in one small file. It is written beside and renamed, so that a power cut
 * leaves the old one; where it cannot be written the application goes on without.
 */
export function openStateFile(file: string): StateFile {
  let state = readState(readOrNothing(file));
  return {
    get state() {
      return state;
    },
    keep: (change) => {
      state = { ...state, ...change };
      const next = `${file}.${process.pid}.new`;
      try {
        writeFileSync(next, writeState(state), { mode: 0o600, flush: true });
        renameSync(next, file);
      } catch {
        rmSync(next, { force: true });
      }
    },
  };
}

function readOrNothing(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
