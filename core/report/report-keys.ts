import type { DatabaseSync } from 'node:sqlite';
import {
  exportPublicJwk,
  importPublicJwk,
  type PublishedJwk,
  type SigningKey,
} from '#core/signing';
import { z } from 'zod';

const Row = z.object({ kid: z.string(), jwk: z.string(), chain: z.string(), ca: z.string() });
const Chain = z.array(z.string());

/** Public keys that this bench ever signed reports with; none is forgotten when a new one is made. */
export type ReportKeys = {
  /** Certificates of this key by this CA that hold beyond `until`; null where there are none. */
  chainOf(kid: string, ca: string, until: number): string[] | null;
  keep(key: SigningKey, chain: readonly string[], ca: string, endsAt: number): void;
  kids(): ReadonlySet<string>;
  /** To hand out. */
  published(): { keys: PublishedJwk[]; cas: string[] };
};

export function createReportKeys(db: DatabaseSync): ReportKeys {
  const find = db.prepare('SELECT chain FROM report_key WHERE kid = ? AND ca = ? AND ends_at > ?');
  const put = db.prepare(
    `INSERT INTO report_key (kid, jwk, chain, ca, ends_at) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET chain = excluded.chain, ca = excluded.ca, ends_at = excluded.ends_at`,
  );
  const all = db.prepare('SELECT kid, jwk, chain, ca FROM report_key ORDER BY rowid');
  const rows = (): z.infer<typeof Row>[] => all.all().map((row) => Row.parse(row));
  return {
    chainOf: (kid, ca, until) => {
      const row = find.get(kid, ca, until);
      return row === undefined ? null : Chain.parse(JSON.parse(String(row['chain'])));
    },
    keep: (key, chain, ca, endsAt) => {
      const jwk = JSON.stringify(exportPublicJwk(key));
      put.run(key.kid, jwk, JSON.stringify(chain), ca, endsAt);
    },
    kids: () => new Set(rows().map(({ kid }) => kid)),
    published: () => ({
      keys: rows().map(({ jwk }) =>
        exportPublicJwk(importPublicJwk(JSON.parse(jwk), 'report key')),
      ),
      cas: [...new Set(rows().map(({ ca }) => ca))],
    }),
  };
}
