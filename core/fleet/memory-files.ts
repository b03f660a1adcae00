import type { Files, OpenFile } from '#core/dcu';
import type { Content, Contents } from './contents.ts';

/** Files as a vehicle leaves the factory with; every vehicle starts on the same ones. */
export type Template = ReadonlyMap<string, Content>;

/** A disk in memory. What a power cut would leave of it is not modelled: it ends with the process. */
export type MemoryFiles = Files & {
  /** The files below a folder as they are now, for vehicles that start with the same. */
  template(folder: string): Template;
  /** Frees what this vehicle alone holds. */
  forget(): void;
};

/**
 * One file. Closed, its content is shared with every other file that holds the same; open and
 * written to, its bytes are its own.
 */
type Entry = { content: Content | null; own: Uint8Array | null; length: number; open: number };

/** @param freeBytes what the vehicle's disk is said to have left */
export function createMemoryFiles(
  contents: Contents,
  template: Template,
  freeBytes: number,
): MemoryFiles {
  /** Null: removed, although the template has it. */
  const changed = new Map<string, Entry | null>();
  let changes = 0;
  let stamps: Map<string, number> | null = null;

  const touch = (path: string): void => {
    changes += 1;
    (stamps ??= new Map()).set(path, changes);
  };
  const bytesOf = (path: string): Uint8Array | null => {
    const entry = changed.get(path);
    if (entry === undefined) return template.get(path)?.bytes ?? null;
    return entry && view(entry);
  };
  /** The file as this vehicle's own; the template's is copied by reference only. */
  const entryOf = (path: string): Entry | null => {
    const known = changed.get(path);
    if (known !== undefined) return known;
    const content = template.get(path);
    if (content === undefined) return null;
    const { byteLength: length } = content.bytes;
    const mine = { content: contents.share(content), own: null, length, open: 0 };
    changed.set(path, mine);
    return mine;
  };
  /** Nobody writes any more: the same bytes elsewhere become these. */
  const settle = (entry: Entry): void => {
    if (entry.open > 0 || entry.own === null) return;
    entry.content = contents.take(exact(entry.own, entry.length));
    entry.own = null;
  };
  const drop = (entry: Entry | null | undefined): void => {
    if (entry?.content) contents.release(entry.content);
  };

  const openEntry = (path: string, entry: Entry): OpenFile => {
    entry.open += 1;
    let open = true;
    return {
      read: async (buffer, position) => {
        const from = view(entry).subarray(position, position + buffer.byteLength);
        buffer.set(from);
        return from.byteLength;
      },
      write: async (bytes, position) => {
        const end = Math.max(entry.length, position + bytes.byteLength);
        writable(entry, contents, end).set(bytes, position);
        entry.length = end;
        touch(path);
      },
      truncate: async (length) => {
        if (length === entry.length) return;
        const own = writable(entry, contents, length);
        // What is cut off must not come back when the file grows again.
        if (length < entry.length) own.fill(0, length, entry.length);
        entry.length = length;
        touch(path);
      },
      sync: async () => undefined,
      size: async () => entry.length,
      close: async () => {
        if (!open) return;
        open = false;
        entry.open -= 1;
        settle(entry);
      },
    };
  };

  return {
    makeFolder: async () => undefined,
    open: async (path, create) => {
      let entry = entryOf(path);
      if (entry === null) {
        if (!create) throw missing(path);
        entry = { content: null, own: new Uint8Array(0), length: 0, open: 0 };
        changed.set(path, entry);
        touch(path);
      }
      return openEntry(path, entry);
    },
    read: async (path) => {
      const bytes = bytesOf(path);
      return bytes && Uint8Array.from(bytes);
    },
    size: async (path) => bytesOf(path)?.byteLength ?? null,
    stamp: async (path) => (bytesOf(path) === null ? null : String(stamps?.get(path) ?? 0)),
    rename: async (from, to) => {
      const entry = entryOf(from);
      if (entry === null) throw missing(from);
      drop(changed.get(to));
      changed.set(to, entry);
      if (template.has(from)) changed.set(from, null);
      else changed.delete(from);
      stamps?.delete(from);
      touch(to);
    },
    remove: async (path) => {
      drop(changed.get(path));
      if (template.has(path)) changed.set(path, null);
      else changed.delete(path);
      stamps?.delete(path);
    },
    freeBytes: async () => freeBytes,
    template: (folder) => {
      const all = new Map(template);
      for (const [path, entry] of changed) {
        if (entry === null) all.delete(path);
        else if (path.startsWith(folder))
          all.set(path, contents.take(exact(view(entry), entry.length)));
      }
      return all;
    },
    forget: () => {
      for (const entry of changed.values()) drop(entry);
      changed.clear();
    },
  };
}

function view({ content, own, length }: Entry): Uint8Array {
  return content?.bytes ?? own?.subarray(0, length) ?? new Uint8Array(0);
}

/** The entry's own bytes, with room for `length` of them. */
function writable(entry: Entry, contents: Contents, length: number): Uint8Array {
  const { content } = entry;
  const before = content?.bytes ?? entry.own ?? new Uint8Array(0);
  if (entry.own !== null && entry.own.byteLength >= length && content === null) return entry.own;
  // A journal grows line by line, a bank piece by piece: half as much again, and no more.
  const room = content === null ? Math.max(length, Math.ceil(before.byteLength * 1.5)) : length;
  const own = new Uint8Array(Math.max(room, before.byteLength));
  own.set(before);
  if (content) contents.release(content);
  entry.content = null;
  entry.own = own;
  return own;
}

/** Without the room that was kept for growing, and without a hold on a larger buffer. */
function exact(bytes: Uint8Array, length: number): Uint8Array {
  return bytes.byteLength === length && bytes.buffer.byteLength === length
    ? bytes
    : bytes.slice(0, length);
}

function missing(path: string): Error {
  return Object.assign(new Error(`there is no file ${path}`), { code: 'ENOENT' });
}
