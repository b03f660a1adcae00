import type { KeyObject } from 'node:crypto';
import { FlattenedSign } from 'jose';
import {
  canonicalText,
  typOf,
  verifyObject,
  type Algorithm,
  type KeyUse,
  type SigningKey,
  type Verdict,
} from '#core/signing';
import { aKeyRing } from './keys.ts';
import { anIssue } from './messages.ts';

type Forged = Record<string, unknown> & { signature: string };

/** An issue signed with `key` under whatever protected header an attacker would like. */
export async function forgeIssue(
  header: Readonly<Record<string, unknown>>,
  key: KeyObject,
): Promise<Forged> {
  const content = anIssue();
  const jws = await new FlattenedSign(Buffer.from(canonicalText(content)))
    .setProtectedHeader({ alg: 'none', ...header })
    .sign(key);
  return { ...content, signature: `${jws.protected ?? ''}..${jws.signature}` };
}

/** An issue under a header that nobody signed, with `signature` as it stands. */
export function unsecuredIssue(header: string, signature = ''): Forged {
  return {
    ...anIssue(),
    signature: `${Buffer.from(header).toString('base64url')}..${signature}`,
  };
}

/** What a verifier of issues says that trusts these keys and, unless told, every algorithm. */
export function verifyIssue(
  object: object,
  {
    trusted = [],
    algorithms = ['EdDSA', 'ES256', 'HS256', 'hmac'],
    use = 'backend',
  }: {
    trusted?: [SigningKey, ...KeyUse[]][];
    algorithms?: readonly Algorithm[];
    use?: KeyUse;
  },
): Promise<Verdict> {
  const keys = aKeyRing(...trusted);
  return verifyObject({ ...object }, { typ: typOf('issue_details'), algorithms, keys, use });
}
