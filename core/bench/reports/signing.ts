import { X509Certificate } from 'node:crypto';
import { isCodedError } from '#core/ports';
import { type ReportBooks } from '#core/report';
import { type SigningKey } from '#core/signing';
import { type Context } from '../context.ts';

/** A certificate that ends within this is made anew before a report is signed with it. */
const SOON_MS = 86_400_000;
const NAME = 'report-signing';

/** A clock that was set back behind the certificate asks for one that is valid by it. */
function hasBegun([leaf]: readonly string[], now: number): boolean {
  if (leaf === undefined) return true;
  return Date.parse(new X509Certificate(Buffer.from(leaf, 'base64')).validFrom) <= now;
}

/** The key that signs reports, with the certificates that let others know it by this bench's CA. */
export async function reportSigner(
  { keys, ca, settings, clock, log }: Context,
  books: Pick<ReportBooks, 'keys'>,
): Promise<{ key: SigningKey; chain: readonly string[] }> {
  // A shared secret proves nothing to a third party, whatever messages are signed with.
  const key = await keys.key('report', settings().algorithm === 'ES256' ? 'ES256' : 'EdDSA');
  const known = books.keys.chainOf(key.kid, ca.fingerprint, clock.now() + SOON_MS);
  if (known !== null && hasBegun(known, clock.now())) return { key, chain: known };
  const spki = key.publicKey.material.export({ type: 'spki', format: 'der' });
  try {
    const leaf = new X509Certificate(await ca.certifySigner(NAME, new Uint8Array(spki)));
    const chain = [leaf, new X509Certificate(ca.certPem)].map(({ raw }) => raw.toString('base64'));
    books.keys.keep(key, chain, ca.fingerprint, Date.parse(leaf.validTo));
    return { key, chain };
  } catch (error) {
    if (!isCodedError(error)) throw error;
    // Evidence comes first: the key is in the report all the same.
    log('warn', 'no certificate for the report key', { code: error.code, reason: error.reason });
    books.keys.keep(key, [], ca.fingerprint, 0);
    return { key, chain: [] };
  }
}
