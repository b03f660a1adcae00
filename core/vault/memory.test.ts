import { describe, expect, it } from 'vitest';
import { createMemoryVault } from './index.ts';

const bytes = (...values: number[]): Uint8Array => new Uint8Array(values);

describe('createMemoryVault', () => {
  it('keeps, replaces, lists and deletes', async () => {
    const vault = createMemoryVault();
    expect(vault.mode).toBe('session');
    expect(await vault.get('release')).toBeNull();
    await vault.put('release', bytes(1, 2));
    await vault.put('backend', bytes(3));
    await vault.put('release', bytes(4));
    expect(await vault.list()).toEqual(['backend', 'release']);
    expect(await vault.get('release')).toEqual(bytes(4));
    await vault.delete('release');
    await vault.delete('release');
    expect(await vault.list()).toEqual(['backend']);
  });

  it('lets nobody change a kept secret through the array given or got', async () => {
    const vault = createMemoryVault();
    const given = bytes(7);
    await vault.put('key', given);
    given[0] = 0;
    (await vault.get('key'))![0] = 0;
    expect(await vault.get('key')).toEqual(bytes(7));
  });

  it('is empty once closed', async () => {
    const vault = createMemoryVault();
    await vault.put('key', bytes(7));
    await vault.close();
    expect(await vault.list()).toEqual([]);
    expect(await vault.get('key')).toBeNull();
  });
});
