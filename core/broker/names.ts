import { type AclRules, hasWildcard } from '#core/acl';
import { type Fault, fault } from './refusal.ts';

/** Client ids are keys of what is stored: long enough for anybody, short enough to keep. */
const CLIENT_ID_LIMIT = 256;
/** X.520 gives a common name no more (ub-common-name). User names are held to the same. */
const NAME_LIMIT = 64;

/** U+0000–U+001F and U+007F–U+009F, which MQTT 3.1.1 section 1.5.3 lets a server refuse. */
const CONTROL = /\p{Cc}/u;
const CONTROLS = /\p{Cc}/gu;

/** Why this client id cannot be served, or null. */
export function clientIdFault(clientId: string, clean: boolean): Fault | null {
  // MQTT-3.1.3-8
  if (clientId === '')
    return clean ? null : fault('CLIENT_ID', 'a durable session needs a client id');
  if (clientId.length > CLIENT_ID_LIMIT) return fault('CLIENT_ID', 'the client id is too long');
  if (CONTROL.test(clientId) || !clientId.isWellFormed()) {
    return fault('CLIENT_ID', 'the client id is no text: it holds control characters');
  }
  if (hasWildcard(clientId)) return fault('CLIENT_ID', `the client id ${clientId} contains + or #`);
  return null;
}

/** Why nobody of this name, from a certificate or a CONNECT, is served; or null. */
export function userFault(name: string): Fault | null {
  const named = `the name ${shownName(name)}`;
  if (hasWildcard(name)) return fault('NAME_WILDCARD', `${named} contains + or #`);
  if (name.length > NAME_LIMIT) {
    return fault('NAME_INVALID', `${named} is longer than ${String(NAME_LIMIT)} characters`);
  }
  if (CONTROL.test(name) || !name.isWellFormed()) {
    return fault('NAME_INVALID', `${named} holds control characters`);
  }
  return null;
}

/**
 * Why this name or id cannot be put in place of `%u` or `%c`, or null. Each stands for one level:
 * with a `/` the user `VIN1/status` would speak on topics of `VIN1`.
 */
export function levelFault(rules: AclRules, user: string, clientId: string): Fault | null {
  const lineWith = (word: string): number | undefined =>
    rules.lines.find(({ kind, levels }) => kind === 'pattern' && levels.includes(word))?.line;
  const told = (what: string, word: string, line: number): string =>
    `${what} contains /, and line ${String(line)} of the access list puts it into one level, ${word}`;
  const ofUser = user.includes('/') ? lineWith('%u') : undefined;
  if (ofUser !== undefined) {
    return fault('NAME_INVALID', told(`the name ${shownName(user)}`, '%u', ofUser));
  }
  const ofClient = clientId.includes('/') ? lineWith('%c') : undefined;
  if (ofClient === undefined) return null;
  return fault('CLIENT_ID', told(`the client id ${shownName(clientId)}`, '%c', ofClient));
}

/** In a sentence and a log line: short, and nothing that a terminal would obey. */
export function shownName(name: string): string {
  const text = name.length > CLIENT_ID_LIMIT ? `${name.slice(0, NAME_LIMIT)}…` : name;
  return text.toWellFormed().replace(CONTROLS, '\uFFFD');
}
