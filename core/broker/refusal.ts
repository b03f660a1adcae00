import { BrokerError, messageOf } from './errors.ts';

/** Why somebody was not let in, or a message not let through. Stable; the UI maps them to help. */
export type RefusalCode =
  | 'CERT_MISSING'
  | 'CERT_EXPIRED'
  | 'CERT_NOT_YET_VALID'
  | 'CERT_SELF_SIGNED'
  | 'CERT_UNKNOWN_CA'
  | 'CERT_WRONG_USAGE'
  | 'CERT_REVOKED'
  | 'CERT_INVALID'
  /** The certificate has no common name, or several. */
  | 'CERT_NAMELESS'
  /** The user name of CONNECT is not the name in the certificate. */
  | 'NAME_MISMATCH'
  /** A user name or common name with + or #. */
  | 'NAME_WILDCARD'
  /** One with control characters, too long, or with a `/` where it stands for one topic level. */
  | 'NAME_INVALID'
  /** Empty, too long, no text, or with + or #. */
  | 'CLIENT_ID'
  | 'CLIENT_ID_TAKEN'
  | 'ANONYMOUS'
  | 'BAD_LOGIN'
  | 'TOO_MANY_LOGINS'
  | 'TOO_MANY_CLIENTS'
  | 'TOO_MANY_CONNECTIONS'
  | 'TLS_VERSION'
  | 'TLS_FAILED'
  /** Other bytes than TLS on a TLS port. */
  | 'NOT_TLS'
  /** The client does not trust our certificate. */
  | 'BROKER_NOT_TRUSTED'
  /** Hung up, or said nothing, before it was in. */
  | 'HANDSHAKE_ABANDONED'
  | 'WEBSOCKET_REFUSED'
  | 'PROTOCOL'
  /** It could not be written down here; see BrokerError. */
  | 'DISK_FULL'
  | 'STORE_UNUSABLE'
  | 'ACL_DENIED'
  | 'TOPIC_INVALID'
  | 'QUEUE_FULL';

/** A reason for a person, with its code. */
export type Fault = { readonly code: RefusalCode; readonly detail: string };

/** What the broker itself could not do is told as that; all else broke the protocol. */
export function faultOf(error: unknown, who?: string): Fault {
  const { code, detail } = ownFault(error);
  return fault(code, who === undefined ? detail : `${who}: ${detail}`);
}

function ownFault(error: unknown): Fault {
  if (
    error instanceof BrokerError &&
    (error.code === 'DISK_FULL' || error.code === 'STORE_UNUSABLE')
  ) {
    return fault(error.code, error.reason);
  }
  return fault('PROTOCOL', messageOf(error));
}

export function fault(code: RefusalCode, detail: string): Fault {
  return { code, detail };
}
