export type { Vault } from './vault.ts';
export { createMemoryVault } from './memory.ts';
export { openVault } from './open.ts';
export { openKeychainVault, type KeychainVaultOptions } from './keychain-vault.ts';
export type { Keychain } from './keychain.ts';
export { VaultError, type VaultErrorCode } from './errors.ts';
