import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import { PkiError } from './errors.ts';

/** RFC 5280 appendix A.1, ub-common-name. */
const COMMON_NAME_LIMIT = 64;

/** The name as it will be the identity of whoever holds the certificate. */
export function assertCommonName(cn: string): void {
  const bad = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(cn) || cn.trim() !== cn;
  if (cn.length === 0 || cn.length > COMMON_NAME_LIMIT || bad) {
    throw new PkiError('NAME_INVALID', `"${cn}" cannot be the name in a certificate`, {
      next: `Use 1 to ${String(COMMON_NAME_LIMIT)} printable characters without space around them.`,
    });
  }
}

/** A name that stands in topics and access rules, as `%u` and in `user` lines. */
export function assertIdentityName(cn: string): void {
  assertCommonName(cn);
  // MQTT-4.7.1: a wildcard would be one in every filter made of it, a `/` two levels.
  if (!/[+#/]/.test(cn)) return;
  throw new PkiError('NAME_INVALID', `"${cn}" holds a character of topic filters`, {
    next: 'Use a name without +, # and /, for example the VIN.',
  });
}

export type AlternativeName = { type: 'ip' | 'dns'; value: string };

/** RFC 1123 labels; a bench does not issue wildcards. */
const HOST_NAME =
  /^(?!.{254})[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i;

/** No other ASCII: `domainToASCII` reads a whole URL, and drops what follows a `/`. */
const INTERNATIONAL = /^(?=.*[^\0-\x7f])(?:[a-z0-9.-]|[^\0-\x7f])+$/i;

export function alternativeName(host: string): AlternativeName {
  // A zone means an interface of this machine, and nothing to anybody else.
  if (isIP(host) !== 0 && !host.includes('%')) return { type: 'ip', value: host };
  // RFC 5280 section 7.2: international names are written in their ASCII form.
  const name = INTERNATIONAL.test(host) ? domainToASCII(host) : host;
  // A last label of digits is a mistyped address, and no name of anything.
  if (HOST_NAME.test(name) && !/(^|\.)\d+$/.test(name)) return { type: 'dns', value: name };
  throw new PkiError('HOST_INVALID', `"${host}" is neither an address nor a host name`, {
    next: 'Use a name such as bench.local or an address such as 192.168.1.20.',
  });
}
