import { isIP } from 'node:net';
import { PkiError } from './errors.ts';

/** RFC 5280 appendix A.1, ub-common-name. */
const COMMON_NAME_LIMIT = 64;

/** The name as it will be the identity of whoever holds the certificate. */
export function assertCommonName(cn: string): void {
  const bad = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(cn) || cn.trim() !== cn;
  if (cn.length === 0 || cn.length > COMMON_NAME_LIMIT || bad) {
    throw new PkiError('NAME_INVALID', `"${cn}" cannot be the name in a certificate`, {
      next: `Use 1 to ${String(COMMON_NAME_LIMIT)} printable characters without space around them.`,
    });
  }
}

export type AlternativeName = { type: 'ip' | 'dns'; value: string };

/** RFC 1123 labels; a bench does not issue wildcards. */
const HOST_NAME =
  /^(?!.{254})[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i;

export function alternativeName(host: string): AlternativeName {
  if (isIP(host) !== 0) return { type: 'ip', value: host };
  if (HOST_NAME.test(host)) return { type: 'dns', value: host };
  throw new PkiError('HOST_INVALID', `"${host}" is neither an address nor a host name`, {
    next: 'Use a name such as bench.local or an address such as 192.168.1.20.',
  });
}
