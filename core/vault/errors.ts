import { CodedError } from '#core/ports';

export type VaultErrorCode =
  /** No keychain answers on this machine: no library, no secret service, no session bus. */
  | 'KEYCHAIN_UNAVAILABLE'
  /** It is there, but locked, and nobody unlocked it. */
  | 'KEYCHAIN_LOCKED'
  /** It is there and open, but would not do this for us. */
  | 'KEYCHAIN_DENIED'
  /** An entry of ours was deleted or changed by somebody else. */
  | 'SECRET_DAMAGED'
  /** Larger than anything that belongs in a vault, or an empty name. */
  | 'SECRET_UNFIT';

export class VaultError extends CodedError<VaultErrorCode> {}

const NEXT: Readonly<
  Record<'KEYCHAIN_UNAVAILABLE' | 'KEYCHAIN_LOCKED' | 'KEYCHAIN_DENIED', string>
> = {
  KEYCHAIN_UNAVAILABLE:
    'On Linux install libsecret and a secret service such as GNOME Keyring or KWallet and start OTA Bench inside a desktop session; on Windows start the Credential Manager service, on macOS make a default keychain. Until then it works session-only.',
  KEYCHAIN_LOCKED:
    'Unlock the keychain (on Linux the "Login" keyring, on macOS Keychain Access) and start OTA Bench again.',
  KEYCHAIN_DENIED:
    'Allow OTA Bench when the system asks, or remove its old entries from the keychain and start again.',
};

export function keychainError(
  code: keyof typeof NEXT,
  detail: string,
  cause?: unknown,
): VaultError {
  return new VaultError(code, `the keychain ${WHAT[code]}: ${detail}`, { next: NEXT[code], cause });
}

const WHAT = {
  KEYCHAIN_UNAVAILABLE: 'is not available',
  KEYCHAIN_LOCKED: 'is locked',
  KEYCHAIN_DENIED: 'refused',
} as const;

export function damaged(name: string, what: string): VaultError {
  return new VaultError('SECRET_DAMAGED', `the secret "${name}" in the keychain ${what}`, {
    next: 'Somebody else changed the keychain. Make or import this key anew; what it signed before stays as it is.',
  });
}
