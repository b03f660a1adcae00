/** As TrafficRow.preview promises. */
const PREVIEW_LIMIT = 200;
/** Bytes looked at: 200 characters of UTF-8 are at most 800 bytes, one may be cut off behind. */
const LOOK_BYTES = 804;

/**
 * What would change the line instead of being shown on it: control characters, and format
 * characters, among them those which turn the reading direction (UAX #9), hide, or join; also
 * the line and paragraph separators.
 */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}]/u;
const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };
/** Most payloads are plain ASCII; then nothing is looked up character by character. */
const PLAIN = /^[\x20-\x7e]*$/;

/** Bytes that are no UTF-8 show as U+FFFD; the detail gives them exactly. */
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

export type Preview = { readonly text: string; readonly cut: boolean };

/** The first characters of a payload, safe to put on one line. Escapes count by their length. */
export function previewOf(payload: Uint8Array): Preview {
  const whole = payload.byteLength <= LOOK_BYTES;
  const text = decoder.decode(whole ? payload : payload.subarray(0, LOOK_BYTES));
  if (PLAIN.test(text)) {
    const cut = text.length > PREVIEW_LIMIT;
    return { text: cut ? text.slice(0, PREVIEW_LIMIT) : text, cut: cut || !whole };
  }
  let shown = '';
  // By code points: neither half a surrogate pair nor half an escape at the end.
  for (const character of text) {
    const next = INVISIBLE.test(character) ? escape(character) : character;
    if (shown.length + next.length > PREVIEW_LIMIT) return { text: shown, cut: true };
    shown += next;
  }
  return { text: shown, cut: !whole };
}

function escape(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return SHORT[character] ?? `\\u{${code.toString(16)}}`;
}
