import { expect, it, onTestFinished } from 'vitest';
import { canMount, smallDisk } from '#core/testing';
import { faultOf } from './refusal.ts';
import { openStore, type Store } from './store.ts';

async function keysOf(store: Store): Promise<string[]> {
  const keys: string[] = [];
  for await (const [key] of store.entries()) keys.push(key);
  return keys;
}

it.runIf(canMount)(
  'a full disk is told as one, loses nothing that was there, and is written to again once there is room',
  async () => {
    const disk = await smallDisk(8);
    onTestFinished(disk.remove);
    const sessions = disk.join('broker');
    const store = await openStore(sessions);
    const value = Buffer.alloc(100_000, 1);
    await store.write([{ key: 'before', value }]);

    disk.fill();
    const failure = await store.write([{ key: 'never', value }]).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: 'DISK_FULL',
      next: expect.stringContaining('Free') as string,
    });
    expect(faultOf(failure, 'car')).toEqual({
      code: 'DISK_FULL',
      detail: `car: no space left in ${sessions}`,
    });

    await expect(store.write([{ key: 'never', value }])).rejects.toMatchObject({
      code: 'DISK_FULL',
    });
    disk.free();
    await store.write([{ key: 'after', value }]);
    await store.close();
    const again = await openStore(sessions);
    onTestFinished(() => again.close());
    expect(await keysOf(again)).toEqual(['after', 'before']);
  },
);
