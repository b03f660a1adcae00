export type { Vault } from './vault.ts';
export { createMemoryVault } from './memory.ts';
