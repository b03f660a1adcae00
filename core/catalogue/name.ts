/** As the manifest allows (FirmwareRef.name). */
const NAME_LIMIT = 255;
/** What a firmware file is called that came without a usable name. */
const NAMELESS = 'firmware.bin';

/**
 * The file name as it is shown and signed: the last part of a path, without control characters
 * (Unicode Cc) and without format characters (Cf), some of which turn the reading direction and
 * so make `exe.bin` of `nib.exe`.
 */
export function cleanName(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? '';
  const clean = last
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '')
    .trim();
  if (/^\.*$/.test(clean)) return NAMELESS;
  // By code points, so that no half of a surrogate pair is left; at most 255 UTF-16 units then.
  let cut = '';
  for (const character of clean) {
    if (cut.length + character.length > NAME_LIMIT) break;
    cut += character;
  }
  return cut;
}
