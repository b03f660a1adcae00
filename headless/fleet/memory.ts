import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Memory of this process that the system counts, bytes, after what nobody needs was let go. */
function residentBytes(): number {
  collect();
  return process.memoryUsage().rss;
}

/** What a vehicle costs: its key and certificate, made beforehand, and all that connecting adds. */
export type MemoryBook = {
  /** Keys and certificates of all vehicles are there, and no vehicle yet. */
  prepared(): void;
  /** The first vehicle is there, and with it all that they share. */
  first(): void;
  /** Bytes of this process, and for each vehicle beyond the first; null where there is but one. */
  read(vehicles: number): { rss: number; heap: number; each: number | null };
};

export function createMemoryBook(): MemoryBook {
  const before = residentBytes();
  let prepared = before;
  let first = before;
  return {
    prepared() {
      prepared = residentBytes();
    },
    first() {
      first = residentBytes();
    },
    read(vehicles) {
      const rss = residentBytes();
      const beyond = rss - first + (prepared - before);
      return {
        rss,
        heap: process.memoryUsage().heapUsed,
        each: vehicles > 1 ? beyond / (vehicles - 1) : null,
      };
    },
  };
}

let gc: (() => void) | null = null;

/** Garbage is nobody's vehicle: without this the figure says when the last collection was. */
function collect(): void {
  if (gc === null) {
    setFlagsFromString('--expose-gc');
    gc = runInNewContext('gc') as () => void;
  }
  gc();
  gc();
}

/** How many files this process may have open; null where the system sets no limit. */
export function openFilesLimit(): number | null {
  // Names of whoever is connected are looked up otherwise.
  Object.assign(process.report, { excludeNetwork: true });
  const report = process.report.getReport() as {
    userLimits?: { open_files?: { soft?: number | string } };
  };
  const limit = Number(report.userLimits?.open_files?.soft);
  return Number.isFinite(limit) ? limit : null;
}
