import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Refusal } from '#core/ports';

/** As the bundler writes it, with its hash in the name; comments of sources look otherwise. */
const BUILT_IMPORT = /(?:from|import|import\() ?"(\.\/(?:chunks\/)?[\w.-]+-[\w-]{8}\.js)"/g;

/** Where the built parts lie. */
export type ShellPaths = {
  core: string;
  preload: string;
  page: string;
  /** Icons of the tray and the window; without them there is no tray. */
  icons: string;
};

/** What is missing of the application itself, before somebody looks at an empty window. */
export function missingPart({ core, preload, page }: ShellPaths): Refusal | null {
  const index = join(page, 'index.html');
  return refusalFor([core, preload, index, ...namedBy(index, /(?:src|href)="\.\/([^"]+)"/g)]);
}

/** The same with what the core's parts load of each other: for a core that keeps ending. */
export function missingDeeper(paths: ShellPaths): Refusal | null {
  const seen = new Set<string>();
  const look = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    namedBy(file, BUILT_IMPORT).forEach(look);
  };
  look(paths.core);
  return missingPart(paths) ?? refusalFor([...seen]);
}

export function refusalFor(files: readonly string[]): Refusal | null {
  const missing = files.filter((file) => !existsSync(file));
  if (missing.length === 0) return null;
  return {
    code: 'INSTALLATION_DAMAGED',
    reason: `A part of OTA Bench is missing: ${missing.join(', ')}`,
    next: 'Install OTA Bench again. The workspace is kept elsewhere and is not touched by that.',
  };
}

/** Files beside `file` that its text names; none where it is not there. */
function namedBy(file: string, form: RegExp): string[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return [];
  }
  return [...text.matchAll(form)].map(([, name = '']) => join(dirname(file), name));
}
