import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ReportDocument } from '#core/contract';
import {
  bothTrusted,
  readFingerprint,
  readTrusted,
  type ReportBooks,
  reportPage,
  verifyReport,
} from '#core/report';
import { type Context } from '../context.ts';
import { BenchError } from '../errors.ts';
import { savedFile } from '../trust/files.ts';
import { type ReportDesk } from './desk-types.ts';
import { reportSigner } from './signing.ts';

const SCRIPT = 'verify_report.py';

type Papers = Pick<ReportDesk, 'list' | 'get' | 'export' | 'verify' | 'verifier' | 'publicKeys'>;

/** What is done with reports that are finished. */
export function createPapers(options: {
  context: Context;
  books: ReportBooks;
  verifierDir: string | undefined;
}): Papers {
  const { context, books, verifierDir } = options;
  const { shelf } = books;
  return {
    list: (query) => shelf.list(query),
    get(reportId) {
      const { view, text } = shelf.get(reportId);
      return { report: view, document: ReportDocument.parse(JSON.parse(text)) };
    },
    export(reportId, format, language) {
      const { view, text } = shelf.get(reportId);
      const day = new Date(view.createdAt).toISOString().slice(0, 10);
      const name = `report-${view.vin}-${day}-${reportId.slice(-8)}`;
      if (format === 'json') return savedFile(`${name}.json`, 'application/json', text);
      return savedFile(`${name}-${language}.html`, 'text/html', reportPage(text, language));
    },
    verify(text, { trust, fingerprint }) {
      const given = [
        ...(trust === undefined ? [] : [readTrusted(trust)]),
        ...(fingerprint === undefined ? [] : [readFingerprint(fingerprint)]),
      ];
      // Who names somebody wants to know about that one, not about us.
      const by = given.length > 0 ? { given: bothTrusted(...given) } : { own: books.keys.kids() };
      return verifyReport(text, by);
    },
    async verifier() {
      try {
        const script = await readFile(join(verifierDir ?? '', SCRIPT));
        return savedFile(SCRIPT, 'text/x-python', script);
      } catch (cause) {
        throw new BenchError('VERIFIER_MISSING', `${SCRIPT} is not where it was installed`, {
          next: 'install OTA Bench again',
          cause,
        });
      }
    },
    async publicKeys() {
      // There is one from the first time that somebody asks.
      await reportSigner(context, books);
      const { keys, cas } = books.keys.published();
      const text = `${JSON.stringify({ keys, ca_sha256: cas }, null, 2)}\n`;
      return savedFile('ota-bench-report-keys.json', 'application/json', text);
    },
  };
}
