import { ReportDocument, type RefusalView, type ReportVerdict } from '#core/contract';
import { isCodedError } from '#core/ports';
import type { JsonObject } from '#core/protocol';
import {
  createKeyRing,
  importPublicJwk,
  REPORT_TYP,
  verifyObject,
  type Verdict,
  type VerifyKey,
} from '#core/signing';
import { checkChain, fingerprintOf, type Chain } from './chain.ts';
import { reportPage } from './html/page.ts';
import { readReport, type ReadReport } from './read.ts';
import type { Trusted } from './trust.ts';

export type VerifyReportOptions = {
  /** Report keys of this bench, of now and of before. */
  readonly own?: ReadonlySet<string>;
  /** Left out: nothing was given, and a key that is not known is only told to be that. */
  readonly given?: Trusted;
};

/**
 * Whether a report is as it was signed, and whether by a key that the reader trusts. Never throws
 * for what is in the text: what fails is told with its code.
 */
export async function verifyReport(
  text: string,
  { own = new Set(), given }: VerifyReportOptions = {},
): Promise<ReportVerdict> {
  let read: ReadReport;
  try {
    read = readReport(text);
  } catch (error) {
    if (!isCodedError(error)) throw error;
    const { code, reason, next } = error;
    return refused([{ code, reason, next }], null);
  }
  const { object, json, page } = read;
  const carried = carriedKey(object);
  if ('code' in carried) return refused([carried], null);
  const { key, jwk, chain: certificates } = carried;
  const ring = createKeyRing();
  ring.add(key, ['report']);
  const verdict = await verifyObject(object, {
    typ: REPORT_TYP,
    algorithms: ['EdDSA', 'ES256'],
    keys: ring,
    use: 'report',
  });
  const seen = { kid: key.kid, alg: key.alg, fingerprint: hexOf(key.kid) };
  const unsigned = { ...seen, caFingerprint: null };
  const fault = faultOf(verdict);
  if (fault !== null) return refused([fault], unsigned);
  if (!isOurHeader(object['signature'])) {
    return refused([failure('SIGNATURE_MALFORMED', OTHER_HEADER, CHANGED)], unsigned);
  }
  const document = ReportDocument.safeParse(object);
  if (!document.success) {
    const [issue] = document.error.issues;
    const place = issue?.path.map(String).join('.') ?? '';
    const reason = `what was signed is no session report: ${place} ${issue?.message ?? ''}`.trim();
    return refused([failure('REPORT_FORMAT', reason, NEWER)], unsigned);
  }
  const chain = checkChain(certificates, jwk, Date.parse(document.data.createdAt.utc));
  const ca = chain.kind === 'holds' ? fingerprintOf(chain.ca) : null;
  const shown = { ...seen, caFingerprint: ca };
  if (chain.kind === 'broken') {
    return refused([failure('REPORT_CHAIN', chain.why, FOREIGN)], shown);
  }
  if (page && !isOurPage(text, json)) {
    return refused([failure('REPORT_PAGE_CHANGED', PAGE_CHANGED, AGAIN)], shown);
  }
  const known = { key: shown, failures: [], document: document.data };
  if (given?.kids.has(key.kid) === true || (ca !== null && given?.cas.has(ca) === true)) {
    return { ...known, verdict: 'trusted', trust: 'given' };
  }
  if (own.has(key.kid)) return { ...known, verdict: 'trusted', trust: 'own' };
  if (given === undefined) return { ...known, verdict: 'unknown_key', trust: 'none' };
  const reason = `it is signed with the key ${shown.fingerprint}, which is none of those given${vouched(chain)}`;
  return refused([failure('REPORT_UNTRUSTED', reason, FOREIGN)], shown);
}

/** `alg`, `kid` and `typ`, as we write it: what else a header says, some reader would obey. */
function isOurHeader(signature: unknown): boolean {
  const [header = ''] = String(signature).split('.');
  const value: unknown = JSON.parse(Buffer.from(header, 'base64url').toString('utf8'));
  const names = Object.keys(value ?? {}).sort();
  return names.join() === 'alg,kid,typ';
}

const OTHER_HEADER = 'the protected header of the signature has other members than a report’s';

/** What is signed are the data in the page; the rest of it has to be what we make of them. */
function isOurPage(text: string, json: string): boolean {
  const plain = text.replaceAll('\r\n', '\n');
  return (['en', 'de'] as const).some((language) => reportPage(json, language) === plain);
}

const PAGE_CHANGED =
  'the signed data in the page hold, but what it shows is not what this version of OTA Bench makes of them';
const AGAIN = 'Verify the JSON, or export the page once more.';
const NEWER = 'Verify it with the OTA Bench that made it, or with a newer one.';
const FOREIGN = 'Ask whoever gave you the report which key or CA they sign with.';
const CHANGED = 'Get the report once more from whoever made it; this copy is worth nothing.';

type Carried = { key: VerifyKey; jwk: JsonWebKeyText; chain: string[] };
type JsonWebKeyText = Record<string, string>;

/** The public key that the report brings along; nothing is believed of it yet. */
function carriedKey(object: JsonObject): Carried | RefusalView {
  const by = ReportDocument.shape.signedBy.safeParse(object['signedBy']);
  if (!by.success) {
    return failure('REPORT_KEY_MISSING', 'the report carries no public key', CHANGED);
  }
  const { jwk, kid, chain } = by.data;
  try {
    const key = importPublicJwk(jwk, 'the key in the report');
    if (key.kid === kid) return { key, jwk, chain };
    return failure('REPORT_KEY_MISSING', `the key in the report is not ${kid}`, CHANGED);
  } catch (error) {
    if (!isCodedError(error)) throw error;
    return { code: error.code, reason: error.reason, next: CHANGED };
  }
}

function faultOf(verdict: Verdict): RefusalView | null {
  switch (verdict.kind) {
    case 'valid':
      return null;
    case 'unsigned':
      return failure('UNSIGNED', 'the report carries no signature', CHANGED);
    case 'invalid':
      return failure(verdict.code, verdict.detail, CHANGED);
  }
}

function vouched(chain: Chain): string {
  return chain.kind === 'holds' ? `, and its CA is ${fingerprintOf(chain.ca)}` : '';
}

function refused(failures: RefusalView[], key: ReportVerdict['key']): ReportVerdict {
  return { verdict: 'refused', trust: 'none', failures, key, document: null };
}

function failure(code: string, reason: string, next: string): RefusalView {
  return { code, reason, next };
}

/** A thumbprint as hexadecimal, as other fingerprints are written. */
function hexOf(kid: string): string {
  return Buffer.from(kid, 'base64url').toString('hex');
}
