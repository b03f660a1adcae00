/*
 * Text from the wire as it may be shown: nothing in it moves the cursor, turns the line around or
 * stays unseen. Topics may hold any UTF-8 but U+0000; payloads hold whatever somebody sent.
 */

/**
 * Control characters (Cc), marks that turn text (of Cf), line and paragraph separators, characters
 * without width, and halves of surrogate pairs.
 */
const UNSEEN =
  // eslint-disable-next-line no-control-regex -- these are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function escaped(mark: string): string {
  return SHORT[mark] ?? `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** For one line: whatever cannot be seen as itself is written as an escape, at most `limit` long. */
export function shownLine(text: string, limit = 2_000): string {
  const cut = text.length > limit ? text.slice(0, limit) : text;
  const shown = cut.replace(UNSEEN, escaped);
  return cut === text ? shown : `${shown}…`;
}

/** For several lines: line ends and tabs stay. */
export function shownText(text: string): string {
  return text.replace(UNSEEN, (mark) => (SHORT[mark] === undefined ? escaped(mark) : mark));
}

/** Within a sentence: text that runs the other way moves nothing around it (FSI … PDI, UAX 9). */
export function isolated(text: string): string {
  return `\u2068${text}\u2069`;
}
