import { type DatabaseSync } from 'node:sqlite';
import { type Log, type Random, type Refusal } from '#core/ports';
import { openVault, type Vault } from '#core/vault';
import { storedText } from '../store.ts';
import { type OpenedVault } from './views.ts';

/** Where secrets shall be: the system's keychain, memory, or what somebody opened already. */
export type VaultChoice = 'keychain' | 'session' | { vault: Vault; refusal?: Refusal };

/** The keychain where it is wanted and answers, else memory, with the reason. */
export async function openChosenVault(
  choice: VaultChoice,
  { db, random, log }: { db: DatabaseSync; random: Random; log: Log },
): Promise<OpenedVault> {
  if (typeof choice === 'object') return choice;
  return openVault({ prefer: choice, workspaceId: workspaceId(db, random), log });
}

/** Keeps this workspace's secrets apart from every other's; it goes with the folder, wherever that is. */
function workspaceId(db: DatabaseSync, random: Random): string {
  const stored = storedText(db, 'workspace-id');
  const known = stored.get();
  if (known !== null) return known;
  const made = random.uuid();
  stored.set(made);
  return made;
}
