import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Refusal } from '#core/ports';

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
  const missing = [core, preload, join(page, 'index.html')].filter((path) => !existsSync(path));
  if (missing.length === 0) return null;
  return {
    code: 'INSTALLATION_DAMAGED',
    reason: `A part of OTA Bench is missing: ${missing.join(', ')}`,
    next: 'Install OTA Bench again. The workspace is kept elsewhere and is not touched by that.',
  };
}
