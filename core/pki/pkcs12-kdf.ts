import { createHash } from 'node:crypto';

/** What a derived value is for. RFC 7292 appendix B.3. */
export const KDF_ID = { key: 1, iv: 2, mac: 3 } as const;

const BLOCK_BYTES: Readonly<Record<string, number>> = {
  sha1: 64,
  sha256: 64,
  sha384: 128,
  sha512: 128,
};

/** One hash of it, done in JavaScript, costs as much as this many iterations of PBKDF2. */
export const SCRIPTED_WEIGHT = 4;

/** How many hashes in a row keep others from the main thread, about 10 ms. */
const BREATH = 10_000;

/** RFC 7292 appendix B.2; Node has no such function. */
export async function pkcs12Kdf(
  hash: string,
  passphrase: Uint8Array,
  salt: Uint8Array,
  iterations: number,
  id: number,
  length: number,
): Promise<Uint8Array> {
  const block = BLOCK_BYTES[hash] ?? 64;
  const diversifier = new Uint8Array(block).fill(id);
  const input = Buffer.concat([stretched(salt, block), stretched(passphrase, block)]);
  const output: Uint8Array[] = [];
  let made = 0;
  while (made < length) {
    let digest = createHash(hash).update(diversifier).update(input).digest();
    for (let round = 1; round < iterations; round += 1) {
      digest = createHash(hash).update(digest).digest();
      if (round % BREATH === 0) await breathe();
    }
    output.push(digest);
    made += digest.length;
    addToEachBlock(input, stretched(digest, block).subarray(0, block), block);
  }
  return Buffer.concat(output).subarray(0, length);
}

/** The text as two-byte characters with a zero one after it. RFC 7292 appendix B.1. */
export function bmpPassphrase(text: string): Uint8Array {
  return Buffer.from(`${text}\0`, 'utf16le').swap16();
}

/** Repeated to fill whole blocks; nothing stays nothing. */
function stretched(bytes: Uint8Array, block: number): Uint8Array {
  const filled = new Uint8Array(block * Math.ceil(bytes.length / block));
  for (let at = 0; at < filled.length; at += 1) filled[at] = bytes[at % bytes.length] ?? 0;
  return filled;
}

/** Each block becomes (block + addend + 1) mod 2^(8·block). */
function addToEachBlock(input: Uint8Array, addend: Uint8Array, block: number): void {
  for (let from = 0; from < input.length; from += block) {
    let carry = 1;
    for (let at = block - 1; at >= 0; at -= 1) {
      const sum = (input[from + at] ?? 0) + (addend[at] ?? 0) + carry;
      input[from + at] = sum & 0xff;
      carry = sum >> 8;
    }
  }
}

function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
