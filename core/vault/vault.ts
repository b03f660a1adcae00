/**
 * Where secrets live: private keys, passwords, HMAC secrets. Never a file of the workspace.
 *
 * Values are copied on the way in and out, so that no caller can change what is kept.
 */
export interface Vault {
  /** `session`: forgotten with the process. `keychain`: kept by the operating system. */
  readonly mode: 'session' | 'keychain';
  get(name: string): Promise<Uint8Array | null>;
  put(name: string, bytes: Uint8Array): Promise<void>;
  /** Does nothing for a name that is not there. */
  delete(name: string): Promise<void>;
  /** Names in alphabetical order. */
  list(): Promise<string[]>;
  /** Overwrites what the process still holds. Afterwards a session vault is empty. */
  close(): Promise<void>;
}
