import { TLSSocket } from 'node:tls';
import { hasWildcard } from '#core/acl';
import type { Credentials } from './credentials.ts';

/** MQTT 3.1.1 section 3.2.2.3, the codes a refused CONNECT is answered with. */
export const ConnectReturn = {
  protocolVersion: 1,
  identifier: 2,
  badCredentials: 4,
  notAuthorized: 5,
} as const;

export type Identity =
  | { readonly kind: 'known'; readonly user: string }
  | {
      readonly kind: 'refused';
      readonly returnCode: number;
      readonly user: string;
      readonly detail: string;
    };

/** Client ids are keys of what is stored: long enough for anybody, short enough to keep. */
const CLIENT_ID_LIMIT = 256;

/** Why this client id cannot be served, or null. */
export function clientIdFault(clientId: string, clean: boolean): string | null {
  // MQTT-3.1.3-8
  if (clientId === '') return clean ? null : 'a durable session needs a client id';
  if (hasWildcard(clientId)) return `the client id ${clientId} contains + or #`;
  if (clientId.length > CLIENT_ID_LIMIT) return 'the client id is too long';
  if (clientId.includes('\0') || !clientId.isWellFormed()) return 'the client id is no text';
  return null;
}

/** Who is behind this connection: the name in its certificate, or a user with a password. */
export async function identify(
  connection: unknown,
  name: string | undefined,
  password: Uint8Array | undefined,
  credentials: Pick<Credentials, 'verify'>,
): Promise<Identity> {
  const certified = certifiedName(connection);
  if (certified !== undefined) {
    if (certified === null) return notAuthorized('', 'the client certificate names nobody');
    return checkedName(certified);
  }
  if (!name) return notAuthorized('', 'no user name: anonymous clients are not served');
  if (password === undefined || !(await credentials.verify(name, password))) {
    return {
      kind: 'refused',
      returnCode: ConnectReturn.badCredentials,
      user: name,
      detail: `wrong user name or password for ${name}`,
    };
  }
  return checkedName(name);
}

/** undefined: this listener asks for no certificate. null: one that names nobody. */
function certifiedName(connection: unknown): string | null | undefined {
  // The listener verified the chain in the handshake, or there is none to look at.
  if (!(connection instanceof TLSSocket) || !connection.authorized) return undefined;
  const name: unknown = connection.getPeerCertificate().subject.CN;
  return typeof name === 'string' && name !== '' ? name : null;
}

function checkedName(user: string): Identity {
  return hasWildcard(user)
    ? notAuthorized(user, `the name ${user} contains + or #`)
    : { kind: 'known', user };
}

function notAuthorized(user: string, detail: string): Identity {
  return { kind: 'refused', returnCode: ConnectReturn.notAuthorized, user, detail };
}
