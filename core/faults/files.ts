import type { Files, OpenFile } from '#core/dcu';
import { chosen, type Armed, type Book, type FaultOf } from './book.ts';
import { placeOf, type Place } from './places.ts';
import type { Supply } from './supply.ts';

/** What a flash cell that is worn out reads, whatever is written. */
const STUCK = 0xff;

/**
 * A vehicle's disk and flash: power that goes at a byte, writes that are torn, a bank that takes
 * nothing in, a disk that is full, a bootloader that somebody exchanged.
 */
export function faultyFiles(files: Files, dir: string, book: Book, supply: Supply): Files {
  const writes = createWrites(book, supply);
  const where = (path: string): Place => placeOf(dir, path);
  const open = (file: OpenFile, place: Place): OpenFile => ({
    read: (buffer, position) => {
      supply.assertOn();
      return file.read(buffer, position);
    },
    write: (bytes, position) => writes.write(file, place, bytes, position),
    truncate: async (length) => {
      supply.assertOn();
      await file.truncate(length);
    },
    sync: async () => {
      supply.assertOn();
      await file.sync();
    },
    size: async () => {
      supply.assertOn();
      return file.size();
    },
    // This process lives on and needs its descriptor back.
    close: () => file.close(),
  });
  const powered =
    <A extends unknown[], T>(operation: (...given: A) => Promise<T>) =>
    async (...given: A): Promise<T> => {
      supply.assertOn();
      return operation(...given);
    };
  return {
    makeFolder: powered((path) => files.makeFolder(path)),
    open: powered(async (path, create) => open(await files.open(path, create), where(path))),
    read: powered(async (path) => {
      const bytes = await files.read(path);
      const place = where(path);
      return bytes !== null && place.kind === 'bootloader'
        ? exchanged(bytes, place.ecuId, book)
        : bytes;
    }),
    size: powered((path) => files.size(path)),
    stamp: powered((path) => files.stamp(path)),
    rename: powered((from, to) => files.rename(from, to)),
    remove: powered((path) => files.remove(path)),
    freeBytes: powered(async (folder) => {
      const full = book.live('diskFull').filter((armed) => isFull(armed));
      for (const armed of full) if (armed.state === 'armed') book.strike(armed, 'active');
      return full.length > 0 ? 0 : files.freeBytes(folder);
    }),
  };
}

function isFull({ fault, state }: Armed<FaultOf<'diskFull'>>): boolean {
  return state === 'active' || fault.afterBytes === 0;
}

/** One that nobody signed: it differs in its first byte. */
function exchanged(bytes: Uint8Array, ecuId: string, book: Book): Uint8Array {
  const armed = book.live('bootloaderChanged').find(({ fault }) => fault.ecuId === ecuId);
  if (armed === undefined) return bytes;
  book.strike(armed, 'active');
  const other = Uint8Array.from(bytes);
  if (other[0] !== undefined) other[0] ^= 0xff;
  return other;
}

type Writes = {
  write(file: OpenFile, place: Place, bytes: Uint8Array, position: number): Promise<void>;
};

function createWrites(book: Book, supply: Supply): Writes {
  /** Bytes since the fault was set, before these. */
  const counting = ({ notes }: Armed, length: number): number => {
    const before = Number(notes.get('bytes') ?? 0);
    notes.set('bytes', before + length);
    return before;
  };

  /** How many of these bytes get down before the power goes; null when it stays. */
  const untilCut = (
    armed: Armed<FaultOf<'powerCut'>>,
    place: Place,
    length: number,
    position: number,
  ): number | null => {
    const { at } = armed.fault;
    if (!('byte' in at)) return null;
    if (at.where !== 'disk' && at.where !== place.kind) return null;
    const start = at.where === 'disk' ? counting(armed, length) : position;
    return at.byte >= start && at.byte < start + length ? at.byte - start : null;
  };

  const cutPower = async (
    file: OpenFile,
    place: Place,
    bytes: Uint8Array,
    position: number,
  ): Promise<void> => {
    for (const armed of book.live('powerCut')) {
      const kept = untilCut(armed, place, bytes.byteLength, position);
      if (kept === null) continue;
      book.strike(armed, 'spent');
      await supply.cut(armed.fault.offMs, async () => {
        if (kept > 0) await file.write(bytes.subarray(0, kept), position);
      });
    }
  };

  const fillDisk = async (file: OpenFile, bytes: Uint8Array, position: number): Promise<void> => {
    for (const armed of book.live('diskFull')) {
      const before = counting(armed, bytes.byteLength);
      const left = Math.max(0, armed.fault.afterBytes - before);
      if (armed.state === 'armed' && left >= bytes.byteLength) continue;
      book.strike(armed, 'active');
      if (left > 0 && before < armed.fault.afterBytes) {
        await file.write(bytes.subarray(0, left), position);
      }
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    }
  };

  /** What really gets down of a write that reports success. */
  const survivors = (place: Place, bytes: Uint8Array, position: number): Uint8Array => {
    for (const armed of book.live('tornWrite')) {
      if (place.kind !== armed.fault.where || bytes.byteLength === 0) continue;
      // Within the first write of the kind: later ones may never come.
      const at = chosen(armed, 'at', armed.fault.atByte, position + bytes.byteLength);
      if (at < position || at >= position + bytes.byteLength) continue;
      book.strike(armed, 'spent');
      return bytes.subarray(0, at - position);
    }
    return bytes;
  };

  const stuck = (place: Place, bytes: Uint8Array): Uint8Array => {
    if (place.kind !== 'bank') return bytes;
    for (const armed of book.live('singleBankFailure')) {
      if (armed.fault.ecuId !== place.ecuId) continue;
      const bank = armed.notes.get('bank') ?? place.bank;
      armed.notes.set('bank', bank);
      if (bank !== place.bank) continue;
      book.strike(armed, 'active');
      return new Uint8Array(bytes.byteLength).fill(STUCK);
    }
    return bytes;
  };

  return {
    write: async (file, place, bytes, position) => {
      supply.assertOn();
      const kept = stuck(place, survivors(place, bytes, position));
      await cutPower(file, place, kept, position);
      if (place.kind === 'staged' || place.kind === 'backup') await fillDisk(file, kept, position);
      supply.assertOn();
      if (kept.byteLength > 0) await file.write(kept, position);
    },
  };
}
