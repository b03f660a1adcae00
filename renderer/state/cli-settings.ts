import type { Settings } from '#core/contract';

/** `PATH=VALUE` of each setting that is to be another one. Certificates go by a file. */
export function settingChanges(stored: Settings, wanted: Settings): string[] {
  return changes(stored, wanted, []);
}

function changes(stored: unknown, wanted: unknown, path: readonly string[]): string[] {
  if (isTree(wanted)) {
    const before = isTree(stored) ? stored : {};
    return Object.entries(wanted).flatMap(([name, value]) =>
      changes(before[name], value, [...path, name]),
    );
  }
  if (Object.is(stored, wanted) || (stored === undefined && wanted === null)) return [];
  if (path.at(-1) === 'caPem' && wanted !== null) return [];
  return [`${path.join('.')}=${valueText(wanted)}`];
}

const isTree = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** A text that would be read as JSON is written as JSON. */
function valueText(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  try {
    JSON.parse(value);
    return JSON.stringify(value);
  } catch {
    return value;
  }
}
