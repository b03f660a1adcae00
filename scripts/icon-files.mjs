// The two containers that hold an icon in several sizes. Node built-ins only.

/**
 * One size of an icon.
 * @typedef {{ size: number, png: Buffer, rgba: Buffer }} Picture square; rgba is row by row from the top
 */

const ICO_HEADER = 6;
const ICO_ENTRY = 16;
/** From this size on an entry is a PNG; older shells and makensis want bitmaps below it. */
const ICO_PNG_FROM = 256;

/** Windows' .ico: a directory, then the pictures. @param {Picture[]} pictures at most 256 px each */
export function icoFile(pictures) {
  const bodies = pictures.map((picture) =>
    picture.size >= ICO_PNG_FROM ? picture.png : bitmap(picture),
  );
  const head = Buffer.alloc(ICO_HEADER + ICO_ENTRY * pictures.length);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(pictures.length, 4);
  let offset = head.length;
  pictures.forEach(({ size }, index) => {
    const entry = ICO_HEADER + ICO_ENTRY * index;
    // One byte each: 0 stands for 256.
    head.writeUInt8(size % 256, entry);
    head.writeUInt8(size % 256, entry + 1);
    head.writeUInt16LE(1, entry + 4);
    head.writeUInt16LE(32, entry + 6);
    head.writeUInt32LE(bodies[index].length, entry + 8);
    head.writeUInt32LE(offset, entry + 12);
    offset += bodies[index].length;
  });
  return Buffer.concat([head, ...bodies]);
}

/** A device-independent bitmap: BGRA from the bottom up, then a mask that alpha makes needless. */
function bitmap({ size, rgba }) {
  const header = Buffer.alloc(40);
  header.writeUInt32LE(40, 0);
  header.writeInt32LE(size, 4);
  // Twice the height: the colours and the mask.
  header.writeInt32LE(size * 2, 8);
  header.writeUInt16LE(1, 12);
  header.writeUInt16LE(32, 14);
  const colours = Buffer.alloc(size * size * 4);
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      const from = (y * size + x) * 4;
      const to = ((size - 1 - y) * size + x) * 4;
      colours[to] = rgba[from + 2];
      colours[to + 1] = rgba[from + 1];
      colours[to + 2] = rgba[from];
      colours[to + 3] = rgba[from + 3];
    }
  }
  return Buffer.concat([header, colours, Buffer.alloc(Math.ceil(size / 32) * 4 * size)]);
}

/** Apple's four letters by pixels; the sizes of Retina screens have letters of their own. */
const ICNS_TYPES = [
  ['ic04', 16],
  ['ic05', 32],
  ['ic11', 32],
  ['ic12', 64],
  ['ic07', 128],
  ['ic08', 256],
  ['ic13', 256],
  ['ic09', 512],
  ['ic14', 512],
  ['ic10', 1024],
];

/** macOS' .icns: blocks of type, length, picture. @param {Picture[]} pictures 16 to 1024 px */
export function icnsFile(pictures) {
  const blocks = ICNS_TYPES.map(([type, size]) => {
    const picture = pictures.find((one) => one.size === size);
    if (!picture) throw new Error(`no picture of ${size} px for ${type}`);
    // The two smallest are raw there: a PNG under these names is drawn as noise by some versions.
    const body = type === 'ic04' || type === 'ic05' ? argb(picture) : picture.png;
    return block(type, body);
  });
  return block('icns', Buffer.concat(blocks));
}

function block(type, body) {
  const head = Buffer.alloc(8);
  head.write(type, 0, 'latin1');
  head.writeUInt32BE(8 + body.length, 4);
  return Buffer.concat([head, body]);
}

/** Apple's packed channels, here as runs of literals only: n - 1, then n bytes. */
function argb({ rgba }) {
  const parts = [Buffer.from('ARGB', 'latin1')];
  for (const channel of [3, 0, 1, 2]) {
    const plane = Buffer.from(rgba.filter((_, index) => index % 4 === channel));
    for (let at = 0; at < plane.length; at += 128) {
      const run = plane.subarray(at, at + 128);
      parts.push(Buffer.from([run.length - 1]), run);
    }
  }
  return Buffer.concat(parts);
}
