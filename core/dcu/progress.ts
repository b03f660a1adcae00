import type { Run } from './state.ts';

/** Shares of the bar: half for fetching, half for writing, the rest for the start and its test. */
export const INSTALLING_FROM = 45;
export const FINALIZING_FROM = 90;
export const COMMITTING_FROM = 97;

export function downloadProgress(received: number, length: number): number {
  return share(received, length, 0, INSTALLING_FROM);
}

export function installProgress(written: number, length: number): number {
  return share(written, length, INSTALLING_FROM, FINALIZING_FROM);
}

/** Where the bar stands when a state begins; work moves it on from there. */
export function progressOf(run: Run): number {
  switch (run.kind) {
    case 'downloading':
      return downloadProgress(run.checkpoint?.received ?? 0, run.offer.manifest.firmware.length);
    case 'awaiting':
    case 'securing':
    case 'installing':
      return INSTALLING_FROM;
    case 'rebooting':
    case 'testing':
      return FINALIZING_FROM;
    case 'committing':
      return COMMITTING_FROM;
    case 'reverting':
      return run.progress;
    case 'closing':
      return 100;
    default:
      return 0;
  }
}

/** Never rounds up: 100 is said by `completed` alone. */
function share(done: number, whole: number, from: number, to: number): number {
  return whole === 0 ? to : from + Math.floor(((to - from) * Math.min(done, whole)) / whole);
}
