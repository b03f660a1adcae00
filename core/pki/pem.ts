import { damagedFile } from './errors.ts';

/** One block of RFC 7468, or of the older RFC 1421 with headers. */
export type PemBlock = {
  readonly label: string;
  /** By lower-case name; `proc-type` and `dek-info` of traditional encryption. */
  readonly headers: ReadonlyMap<string, string>;
  readonly bytes: Uint8Array;
  readonly text: string;
};

/** A chain, its key and a bundle of roots are fewer than this. */
const BLOCK_LIMIT = 512;
const BEGIN = /^-----BEGIN ([A-Z0-9 ]{1,64})-----\s*$/;

export function looksLikePem(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes('-----BEGIN ');
}

/** Text between the blocks is explanation and is passed over. @throws PkiError FILE_DAMAGED */
export function readPem(bytes: Uint8Array, what: string): PemBlock[] {
  const blocks: PemBlock[] = [];
  let open: { label: string; lines: string[] } | null = null;
  for (const line of Buffer.from(bytes)
    .toString('latin1')
    .split(/\r\n|\n|\r/)) {
    const label = BEGIN.exec(line)?.[1];
    if (label !== undefined) {
      if (open !== null) throw damagedFile(what);
      open = { label, lines: [] };
    } else if (open !== null && line.trimEnd() === `-----END ${open.label}-----`) {
      if (blocks.push(blockOf(open.label, open.lines, what)) > BLOCK_LIMIT) throw damagedFile(what);
      open = null;
    } else open?.lines.push(line);
  }
  if (open !== null || blocks.length === 0) throw damagedFile(what);
  return blocks;
}

function blockOf(label: string, lines: readonly string[], what: string): PemBlock {
  const headers = new Map<string, string>();
  let body = 0;
  for (const [index, line] of lines.entries()) {
    const [, name, value] = /^([A-Za-z][A-Za-z-]{0,63}):\s*(.*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined) break;
    headers.set(name.toLowerCase(), value.trim());
    body = index + 1;
  }
  const base64 = lines.slice(body).join('').replaceAll(/[ \t]/g, '');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) throw damagedFile(what);
  const text = [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
  return { label, headers, bytes: Uint8Array.from(Buffer.from(base64, 'base64')), text };
}

export function writePem(label: string, bytes: Uint8Array): string {
  const lines =
    Buffer.from(bytes)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}
