import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { demoProfile, profileJsonSchema, ProfileFile, profileOf, VoltageWindows } from '#core/dcu';

const resource = async (name: string): Promise<unknown> =>
  JSON.parse(
    await readFile(new URL(`../../resources/ecus/${name}`, import.meta.url), 'utf8'),
  ) as unknown;

describe('the files of resources/ecus', () => {
  it('hold the demo vehicle as the product has it without them', async () => {
    const { windows } = VoltageWindows.parse(await resource('voltage-windows.json'));
    const file = ProfileFile.parse(await resource('demo.json'));
    expect(profileOf(file, windows)).toEqual({ profile: demoProfile() });
  });

  it('have a schema that is the one of this version', async () => {
    expect(await resource('ecu-profile.schema.json')).toEqual(profileJsonSchema());
  });
});
