/** RFC 6901: "~" is written "~0", "/" is written "~1". */
export function pointerOf(names: readonly (string | number)[]): string {
  return names
    .map((name) => `/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('');
}
