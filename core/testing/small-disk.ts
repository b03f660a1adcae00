import { execFileSync } from 'node:child_process';
import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import { type TempDir, tempDir } from './temp.ts';

/** Mounting needs a right that not every machine gives. */
export const canMount = process.platform === 'linux' && process.getuid?.() === 0;

/** A real file system of the test's own, small enough to be filled. `remove` unmounts it. */
export type SmallDisk = TempDir & {
  /** Takes all the room that is left. */
  fill(): void;
  /** Gives back what `fill` took. */
  free(): void;
};

/** @param mib its size, in MiB; only where `canMount` */
export async function smallDisk(mib: number): Promise<SmallDisk> {
  const dir = await tempDir();
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${String(mib)}m`, 'tmpfs', dir.path]);
  const ballast = dir.join('ballast');
  return {
    ...dir,
    remove: async () => {
      execFileSync('umount', [dir.path]);
      await dir.remove();
    },
    fill: () => {
      const { bavail, bsize } = statfsSync(dir.path);
      writeFileSync(ballast, new Uint8Array(bavail * bsize));
    },
    free: () => rmSync(ballast),
  };
}
