import type { Refusal } from '#core/ports';
import { VaultError } from './errors.ts';
import { type KeychainVaultOptions, openKeychainVault } from './keychain-vault.ts';
import { createMemoryVault } from './memory.ts';
import type { Vault } from './vault.ts';

/**
 * The keychain where one answers, else a vault for this session with the refusal that explains
 * it. Whoever calls shows the refusal: falling back is never silent.
 */
export async function openVault(
  options: { readonly prefer: Vault['mode'] } & KeychainVaultOptions,
): Promise<{ vault: Vault; refusal?: Refusal }> {
  if (options.prefer === 'session') return { vault: createMemoryVault() };
  try {
    return { vault: await openKeychainVault(options) };
  } catch (error) {
    if (!(error instanceof VaultError)) throw error;
    options.log('warn', 'no keychain: secrets last for this session only', {
      code: error.code,
      reason: error.reason,
    });
    const { code, reason, next } = error;
    return { vault: createMemoryVault(), refusal: { code, reason, next } };
  }
}
