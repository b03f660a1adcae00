export type ImageInfo = {
  readonly mime: 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp';
  /** Pixels, as the file says; null where its beginning does not. */
  readonly width: number | null;
  readonly height: number | null;
};

/** What the first bytes say. Nothing is decoded. SVG is left out: it can hold scripts. */
export function imageInfo(bytes: Uint8Array): ImageInfo | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const ascii = (from: number, to: number): string =>
    String.fromCharCode(...bytes.subarray(from, to));
  const u16le = (at: number): number | null =>
    at + 2 <= view.byteLength ? view.getUint16(at, true) : null;

  if (ascii(0, 8) === '\u0089PNG\r\n\u001a\n') {
    const whole = view.byteLength >= 24 && ascii(12, 16) === 'IHDR';
    return {
      mime: 'image/png',
      width: whole ? view.getUint32(16) : null,
      height: whole ? view.getUint32(20) : null,
    };
  }
  if (/^GIF8[79]a$/.test(ascii(0, 6))) {
    return { mime: 'image/gif', width: u16le(6), height: u16le(8) };
  }
  if (ascii(0, 4) === 'RIFF' && ascii(8, 12) === 'WEBP') {
    return { mime: 'image/webp', ...webpSize(view, ascii(12, 16)) };
  }
  if (ascii(0, 3) === '\u00ff\u00d8\u00ff') return { mime: 'image/jpeg', ...jpegSize(view) };
  return null;
}

type Size = { readonly width: number | null; readonly height: number | null };
const UNKNOWN: Size = { width: null, height: null };

/** developers.google.com/speed/webp/docs/riff_container: the three kinds of first chunk. */
function webpSize(view: DataView, chunk: string): Size {
  if (view.byteLength < 30) return UNKNOWN;
  const u24 = (at: number): number => view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
  switch (chunk) {
    case 'VP8X':
      return { width: u24(24) + 1, height: u24(27) + 1 };
    case 'VP8 ':
      return {
        width: view.getUint16(26, true) & 0x3fff,
        height: view.getUint16(28, true) & 0x3fff,
      };
    case 'VP8L': {
      const bits = view.getUint32(21, true);
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    default:
      return UNKNOWN;
  }
}

/** ITU-T T.81 annex B: segments of marker and length until a frame header (SOF). */
function jpegSize(view: DataView): Size {
  let at = 2;
  while (at + 9 <= view.byteLength) {
    if (view.getUint8(at) !== 0xff) return UNKNOWN;
    const marker = view.getUint8(at + 1);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    // Fill bytes stand alone; every other segment says its length.
    if (marker === 0xff) at += 1;
    else at += 2 + Math.max(2, view.getUint16(at + 2));
  }
  return UNKNOWN;
}
