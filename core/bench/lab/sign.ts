import { createHmac } from 'node:crypto';
import { type Sign, setAt } from '#core/scenario';
import {
  type Algorithm,
  canonicalText,
  exportPublicJwk,
  generateKey,
  type KeyUse,
  RELEASE_TYP,
  signObject,
  type SigningKey,
  type Typ,
  typOf,
} from '#core/signing';
import { type Context } from '../context.ts';

type Content = Record<string, unknown>;
type Chosen = Exclude<Sign, 'none'>;

/** Signs as a scenario wants it: well, with somebody else's key, or in one of the ways that attackers try. */
export type Signer = (content: Content, sign: Sign, typ: Typ) => Promise<Content>;

export function createSigner({ keys, random, settings }: Context): Signer {
  const foreign = new Map<string, Promise<SigningKey>>();
  const keyOf = (wanted: Chosen): Promise<SigningKey> => {
    const alg: Algorithm = wanted.algorithm ?? settings().algorithm;
    if (wanted.from !== 'foreign') return keys.key(wanted.key as KeyUse, alg);
    const name = `${wanted.key} ${alg}`;
    const known = foreign.get(name) ?? generateKey(alg, `foreign ${wanted.key}`, random);
    foreign.set(name, known);
    return known;
  };
  return async (content, sign, usual) => {
    const bare = Object.fromEntries(
      Object.entries(content).filter(([name]) => name !== 'signature' && name !== 'hmac'),
    );
    if (sign === 'none') return bare;
    const typ = sign.typ === undefined ? usual : typNamed(sign.typ);
    const key = await keyOf(sign);
    const signed = await forged(bare, key, typ, sign.forge);
    for (const [path, value] of Object.entries(sign.tamper ?? {})) setAt(signed, path, value);
    return signed;
  };
}

function typNamed(name: NonNullable<Chosen['typ']>): Typ {
  return name === 'release' ? RELEASE_TYP : typOf(name);
}

async function forged(
  content: Content,
  key: SigningKey,
  typ: Typ,
  how: Chosen['forge'],
): Promise<Content> {
  const { kid } = key;
  switch (how) {
    case undefined:
      return { ...(await signObject(content, { key, typ })) };
    case 'algNone':
      return { ...content, signature: `${encoded({ alg: 'none', kid, typ })}..` };
    case 'algSwapped': {
      const alg = key.alg === 'ES256' ? 'EdDSA' : 'ES256';
      const { signature = '' } = await signObject(content, { key, typ });
      const [, , value = ''] = signature.split('.');
      return { ...content, signature: `${encoded({ alg, kid, typ })}..${value}` };
    }
    case 'publicKeyAsSecret': {
      const header = encoded({ alg: 'HS256', kid, typ });
      const body = Buffer.from(canonicalText(content)).toString('base64url');
      const secret = JSON.stringify(exportPublicJwk(key.publicKey));
      const mac = createHmac('sha256', secret).update(`${header}.${body}`).digest('base64url');
      return { ...content, signature: `${header}..${mac}` };
    }
  }
}

function encoded(header: object): string {
  return Buffer.from(JSON.stringify(header)).toString('base64url');
}
