import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const icons = join(import.meta.dirname, '..', 'resources', 'icons');
const read = (name: string): Buffer => readFileSync(join(icons, name));
const ICO_SIZES = [16, 20, 24, 32, 40, 48, 64, 128, 256];
const LINUX_SIZES = [16, 24, 32, 48, 64, 128, 256, 512, 1024];

/** What a PNG says of itself (PNG 11.2.2). */
function pngSize(png: Buffer): [number, number] {
  expect(png.subarray(1, 4).toString('latin1')).toBe('PNG');
  return [png.readUInt32BE(16), png.readUInt32BE(20)];
}

describe('the icon set', () => {
  it('has a picture in the size that each name says', () => {
    for (const size of LINUX_SIZES) {
      expect(pngSize(read(`linux/${size}x${size}.png`))).toEqual([size, size]);
    }
    expect(pngSize(read('icon.png'))).toEqual([512, 512]);
    for (const name of ['tray', 'trayTemplate']) {
      expect(pngSize(read(`${name}.png`))).toEqual([16, 16]);
      expect(pngSize(read(`${name}@2x.png`))).toEqual([32, 32]);
    }
  });

  it.each(['icon.ico', 'document.ico'])(
    '%s holds each size, whole, one after the other',
    (name) => {
      const ico = read(name);
      const entries = ICO_SIZES.map((size, index) => {
        const at = 6 + 16 * index;
        expect(ico.readUInt8(at)).toBe(size % 256);
        return { size, length: ico.readUInt32LE(at + 8), offset: ico.readUInt32LE(at + 12) };
      });
      expect(ico.readUInt16LE(4)).toBe(ICO_SIZES.length);
      for (const { size, length, offset } of entries) {
        const body = ico.subarray(offset, offset + length);
        if (size === 256) expect(pngSize(body)).toEqual([256, 256]);
        else expect([body.readInt32LE(4), body.readInt32LE(8)]).toEqual([size, size * 2]);
      }
      expect(entries.at(-1)!.offset + entries.at(-1)!.length).toBe(ico.length);
    },
  );

  it.each(['icon.icns', 'document.icns'])(
    '%s holds blocks that end where the file ends',
    (name) => {
      const icns = read(name);
      expect(icns.readUInt32BE(4)).toBe(icns.length);
      const types: string[] = [];
      let at = 8;
      while (at < icns.length) {
        const type = icns.toString('latin1', at, at + 4);
        const body = icns.subarray(at + 8, at + icns.readUInt32BE(at + 4));
        if (type === 'ic04' || type === 'ic05') expect(body.toString('latin1', 0, 4)).toBe('ARGB');
        else expect(pngSize(body)[0]).toBe(pngSize(body)[1]);
        types.push(type);
        at += icns.readUInt32BE(at + 4);
      }
      expect(at).toBe(icns.length);
      expect(types).toEqual(expect.arrayContaining(['ic04', 'ic07', 'ic08', 'ic09', 'ic10']));
    },
  );

  it('keeps to black and alpha in what macOS colours itself', () => {
    const drawing = readFileSync(join(icons, 'drawings', 'tray-template.svg'), 'utf8');
    const colours = [...drawing.matchAll(/#[0-9a-f]{3,6}/g)].map(([colour]) => colour);
    expect(new Set(colours)).toEqual(new Set(['#000']));
  });

  it.skipIf(!existsSync('/usr/bin/file'))('is what file(1) takes it for', () => {
    const said = spawnSync('/usr/bin/file', [
      '-b',
      join(icons, 'icon.ico'),
      join(icons, 'icon.icns'),
    ]);
    const [ico, icns] = said.stdout.toString().split('\n');
    expect(ico).toMatch(/MS Windows icon resource - 9 icons, 16x16, 32 bits\/pixel/);
    expect(icns).toMatch(/Mac OS X icon/);
  });
});
