import { diskFiles, type Files, type OpenFile } from '#core/dcu';

export class PowerCut extends Error {}

/** A disk whose power goes at a chosen operation and stays away. */
export type CuttableFiles = Files & {
  /** Operations that change something, so far. */
  readonly operations: number;
  readonly isCut: boolean;
};

/**
 * @param cutAt the operation, counted from 1, that no longer happens
 * @param torn whether a write at that moment still puts half of its bytes down
 */
export function cuttableFiles(cutAt: number, torn: boolean): CuttableFiles {
  let operations = 0;
  let cut = false;
  const on = (): void => {
    if (cut) throw new PowerCut('the power is off');
  };
  const change = async (half?: () => Promise<void>): Promise<void> => {
    on();
    operations += 1;
    if (operations < cutAt) return;
    cut = true;
    if (torn) await half?.();
    throw new PowerCut('the power went');
  };
  const wrap = (file: OpenFile): OpenFile => ({
    read: async (buffer, position) => {
      on();
      return file.read(buffer, position);
    },
    write: async (bytes, position) => {
      await change(() => file.write(bytes.subarray(0, bytes.byteLength >> 1), position));
      await file.write(bytes, position);
    },
    truncate: async (length) => {
      await change();
      await file.truncate(length);
    },
    sync: async () => {
      await change();
      await file.sync();
    },
    size: async () => {
      on();
      return file.size();
    },
    // The test's own process lives on and needs its descriptors back.
    close: () => file.close(),
  });
  return {
    get operations() {
      return operations;
    },
    get isCut() {
      return cut;
    },
    makeFolder: async (path) => {
      on();
      await diskFiles.makeFolder(path);
    },
    open: async (path, create) => {
      if (create && (await diskFiles.size(path)) === null) await change();
      on();
      return wrap(await diskFiles.open(path, create));
    },
    read: async (path) => {
      on();
      return diskFiles.read(path);
    },
    size: async (path) => {
      on();
      return diskFiles.size(path);
    },
    stamp: async (path) => {
      on();
      return diskFiles.stamp(path);
    },
    rename: async (from, to) => {
      await change();
      await diskFiles.rename(from, to);
    },
    remove: async (path) => {
      await change();
      await diskFiles.remove(path);
    },
    freeBytes: async (folder) => {
      on();
      return diskFiles.freeBytes(folder);
    },
  };
}
