import { CodedError } from '#core/ports';

export type BrokerErrorCode =
  | 'PORT_IN_USE'
  /** The address is not this machine's, or the port is not ours to take. */
  | 'LISTEN_FAILED'
  /** A listener would be reachable from other machines, and nobody confirmed it. */
  | 'REMOTE_NOT_ALLOWED'
  /** Key, certificate or CA cannot be read. */
  | 'TLS_INVALID'
  /** The folder with sessions and retained messages cannot be read. */
  | 'STORE_DAMAGED'
  /** Another process has that folder open. */
  | 'STORE_BUSY'
  | 'STORE_UNUSABLE'
  /** No room to write down a session or a retained message. */
  | 'DISK_FULL';

export class BrokerError extends CodedError<BrokerErrorCode> {}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The `code` that Node and LevelDB put on their errors. */
export function codeOf(error: unknown): string | null {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') {
    return error.code;
  }
  return null;
}
