import type { ReportDocument } from '#core/contract';
import { exportPublicJwk, REPORT_TYP, signObject, type SigningKey } from '#core/signing';
import type { UnsignedReport } from './build.ts';

/**
 * Puts the public key and its certificates in, and signs all of it.
 *
 * @param chain the key's certificate and its CA's, DER in base64; empty where no CA vouches
 * @returns the text that is kept and exported: what was signed, in an order people can read
 * @throws SigningError KEY_TYPE; ProtocolError [P1]
 */
export async function signReport(
  report: UnsignedReport,
  { key, chain }: { key: SigningKey; chain: readonly string[] },
): Promise<{ document: ReportDocument; text: string }> {
  const { kid, kty, crv, x, ...more } = exportPublicJwk(key);
  const jwk = { kty, crv, x, ...('y' in more ? { y: more.y } : {}) };
  const unsigned = { ...report, signedBy: { kid, jwk, chain: [...chain] } };
  const { signature = '' } = await signObject(unsigned, { key, typ: REPORT_TYP });
  const document: ReportDocument = { ...unsigned, signature };
  return { document, text: `${JSON.stringify(document, null, 2)}\n` };
}
