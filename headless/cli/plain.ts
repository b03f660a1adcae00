/** What somebody else wrote must not move the cursor or colour the terminal. */
export function plain(text: string): string {
  // eslint-disable-next-line no-control-regex -- the control characters are what is looked for
  return text.replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/g, '·');
}

/**
 * The same on one line: neither breaks it, nor turns the direction in which it is read (UAX #9),
 * nor hides a part of it.
 */
export function line(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '·');
}
