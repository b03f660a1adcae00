export type HexRow = {
  /** Of its first byte. */
  readonly offset: number;
  /** 1 to 16 bytes: "7b 22 …". */
  readonly hex: string;
  /** The same bytes as ASCII; a dot for what cannot be printed. */
  readonly ascii: string;
};

export const HEX_ROW_BYTES = 16;

/** Rows of a hex dump, only those asked for: 2 MiB have 131,072. */
export function hexRows(bytes: Uint8Array, firstRow: number, count: number): HexRow[] {
  const rows: HexRow[] = [];
  const end = Math.min(bytes.byteLength, (firstRow + count) * HEX_ROW_BYTES);
  for (let offset = Math.max(0, firstRow) * HEX_ROW_BYTES; offset < end; offset += HEX_ROW_BYTES) {
    const row = [...bytes.subarray(offset, offset + HEX_ROW_BYTES)];
    rows.push({
      offset,
      hex: row.map((byte) => byte.toString(16).padStart(2, '0')).join(' '),
      ascii: row
        .map((byte) => (byte < 0x20 || byte > 0x7e ? '.' : String.fromCharCode(byte)))
        .join(''),
    });
  }
  return rows;
}
