import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createContents } from './contents.ts';
import { createMemoryFiles, type MemoryFiles, type Template } from './memory-files.ts';

const none: Template = new Map();
const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));

async function put(files: MemoryFiles, path: string, text: string): Promise<void> {
  const file = await files.open(path, true);
  await file.truncate(0);
  await file.write(bytes(text), 0);
  await file.close();
}

describe('memory files', () => {
  it('hold the same content once, however many vehicles have it', async () => {
    const contents = createContents();
    const disks = Array.from({ length: 20 }, () => createMemoryFiles(contents, none, 0));
    for (const disk of disks) await put(disk, '/bank-A.bin', 'x'.repeat(10_000));
    expect(contents.bytes).toBe(10_000);
    for (const disk of disks) disk.forget();
    expect(contents.bytes).toBe(0);
  });

  it('keep what one vehicle writes from all others, and free it when it is gone', async () => {
    const contents = createContents();
    const first = createMemoryFiles(contents, none, 0);
    await put(first, '/ecus/a', 'from the factory');
    await put(first, '/journal', 'its own');
    const template = first.template('/ecus/');
    const [one, other] = [0, 1].map(() => createMemoryFiles(contents, template, 0));
    expect(await one?.read('/journal')).toBeNull();
    await put(one!, '/ecus/a', 'changed');
    expect(Buffer.from((await one?.read('/ecus/a')) ?? []).toString()).toBe('changed');
    expect(Buffer.from((await other?.read('/ecus/a')) ?? []).toString()).toBe('from the factory');
    await one?.remove('/ecus/a');
    expect([await one?.size('/ecus/a'), await other?.size('/ecus/a')]).toEqual([null, 16]);
  });

  it('give out copies: who changes what was read changes no file', async () => {
    const contents = createContents();
    const files = createMemoryFiles(contents, none, 0);
    await put(files, '/a', 'whole');
    (await files.read('/a'))?.fill(0);
    expect(Buffer.from((await files.read('/a')) ?? []).toString()).toBe('whole');
  });

  it('refuse to open what is not there, as a disk does', async () => {
    const files = createMemoryFiles(createContents(), none, 0);
    await expect(files.open('/none', false)).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(files.rename('/none', '/a')).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('a stamp differs after every change, also when the content is the same again', async () => {
    const files = createMemoryFiles(createContents(), none, 0);
    expect(await files.stamp('/a')).toBeNull();
    const seen = new Set<string | null>();
    for (const text of ['one', 'two', 'one']) {
      await put(files, '/a', text);
      seen.add(await files.stamp('/a'));
    }
    expect(seen.size).toBe(3);
  });

  it('are files: any series of writes, cuts and renames reads back as plain bytes would', async () => {
    const step = fc.oneof(
      fc.record({
        kind: fc.constant('write' as const),
        path: fc.constantFrom('/a', '/b', '/t'),
        at: fc.nat(40),
        data: fc.uint8Array({ maxLength: 30 }),
        keep: fc.boolean(),
      }),
      fc.record({
        kind: fc.constant('truncate' as const),
        path: fc.constantFrom('/a', '/b', '/t'),
        length: fc.nat(50),
      }),
      fc.record({
        kind: fc.constant('rename' as const),
        from: fc.constantFrom('/a', '/t'),
        to: fc.constantFrom('/b', '/a'),
      }),
      fc.record({ kind: fc.constant('remove' as const), path: fc.constantFrom('/a', '/b', '/t') }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const contents = createContents();
        const template: Template = new Map([['/t', contents.take(bytes('of the template'))]]);
        const files = createMemoryFiles(contents, template, 0);
        const model = new Map([['/t', bytes('of the template')]]);
        const left: (() => Promise<void>)[] = [];
        const resized = (old: Uint8Array, length: number): Uint8Array => {
          const next = new Uint8Array(length);
          next.set(old.subarray(0, length));
          return next;
        };
        for (const one of steps) {
          switch (one.kind) {
            case 'write': {
              const file = await files.open(one.path, true);
              await file.write(one.data, one.at);
              if (one.keep) left.push(() => file.close());
              else await file.close();
              const old = model.get(one.path) ?? new Uint8Array(0);
              const next = resized(old, Math.max(old.length, one.at + one.data.length));
              next.set(one.data, one.at);
              model.set(one.path, next);
              break;
            }
            case 'truncate': {
              const file = await files.open(one.path, true);
              await file.truncate(one.length);
              await file.close();
              model.set(one.path, resized(model.get(one.path) ?? new Uint8Array(0), one.length));
              break;
            }
            case 'rename': {
              const moved = model.get(one.from);
              if (moved === undefined || one.from === one.to) break;
              await files.rename(one.from, one.to);
              model.delete(one.from);
              model.set(one.to, moved);
              break;
            }
            case 'remove':
              await files.remove(one.path);
              model.delete(one.path);
          }
          for (const path of ['/a', '/b', '/t']) {
            expect(await files.read(path)).toEqual(model.get(path) ?? null);
          }
        }
        for (const close of left) await close();
        for (const path of ['/a', '/b', '/t']) {
          expect(await files.read(path)).toEqual(model.get(path) ?? null);
        }
      }),
    );
  });
});
