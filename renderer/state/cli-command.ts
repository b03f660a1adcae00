import type { GuidedItem } from '#core/contract';

/** `ota-bench publish` for releases of the catalogue, as a POSIX shell takes it. */
export function commandFor(workspace: string, vin: string, items: readonly GuidedItem[]): string {
  const releases = items.map(
    ({ releaseId, ecuId }) => `--release ${quoted(`${ecuId}=${releaseId}`)}`,
  );
  return [
    'ota-bench publish',
    `--workspace ${quoted(workspace)}`,
    `--vin ${quoted(vin)}`,
    ...releases,
  ].join(' ');
}

/** Nothing of a name is ever read by the shell. */
function quoted(text: string): string {
  return /^[\w./=:@-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
