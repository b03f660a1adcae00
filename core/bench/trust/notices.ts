import { type Refusal } from '#core/ports';
import { type Vault, VaultError } from '#core/vault';

/** What a person should know before relying on any of it; shown until the bench closes. */
export type Notices = {
  add(notice: Refusal): void;
  all(): Refusal[];
};

export function createNotices(changed: () => void): Notices {
  const notices: Refusal[] = [];
  return {
    add({ code, reason, next }) {
      // What is looked at again is no more damaged than before.
      if (notices.some((each) => each.code === code && each.reason === reason)) return;
      notices.push({ code, reason, next });
      changed();
    },
    all: () => [...notices],
  };
}

/**
 * What the vault has under a name. Null where there is nothing, or nothing whole any more: then
 * a notice tells of it, and whoever asked makes a new one.
 */
export async function readSecret(
  vault: Vault,
  name: string,
  notices: Notices,
): Promise<Uint8Array | null> {
  return unlessDamaged(() => vault.get(name), notices);
}

/** Runs something that reads a secret; null, with a notice, when the secret is damaged. */
export async function unlessDamaged<T>(
  read: () => Promise<T>,
  notices: Notices,
): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof VaultError) || error.code !== 'SECRET_DAMAGED') throw error;
    notices.add(error);
    return null;
  }
}
