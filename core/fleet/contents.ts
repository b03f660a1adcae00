import { createHash } from 'node:crypto';

/** What a file holds: never changed, only replaced, so that any number of files may share it. */
export type Content = { readonly bytes: Uint8Array; readonly sha256: string };

/**
 * Contents by their hash. Five thousand vehicles that run the same software hold its bytes once;
 * what differs, a journal or a bank half written, is each vehicle's own.
 */
export interface Contents {
  /** The one content of these bytes, which the caller does not change any more; counted as used. */
  take(bytes: Uint8Array): Content;
  /** One file more holds a content that is known already. */
  share(content: Content): Content;
  /** One file fewer holds it; the last one frees it. */
  release(content: Content): void;
  /** Bytes held, each content once. */
  readonly bytes: number;
}

export function createContents(): Contents {
  const known = new Map<string, { content: Content; uses: number }>();
  let total = 0;
  return {
    take(bytes) {
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      const entry = known.get(sha256);
      if (entry) {
        entry.uses += 1;
        return entry.content;
      }
      const content = { bytes, sha256 };
      known.set(sha256, { content, uses: 1 });
      total += bytes.byteLength;
      return content;
    },
    share(content) {
      const entry = known.get(content.sha256);
      if (entry) entry.uses += 1;
      return entry?.content ?? content;
    },
    release({ sha256 }) {
      const entry = known.get(sha256);
      if (!entry) return;
      entry.uses -= 1;
      if (entry.uses > 0) return;
      known.delete(sha256);
      total -= entry.content.bytes.byteLength;
    },
    get bytes() {
      return total;
    },
  };
}
