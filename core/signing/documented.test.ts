import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  canonicalText,
  createKeyRing,
  importPublicJwk,
  RELEASE_TYP,
  typOf,
  verifyObject,
} from '#core/signing';
import { createTopics, messageSchemas, qosOf, type MessageKind } from '#core/protocol';

const read = (path: string): string =>
  readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const page = read('docs/PROTOCOL.md');

/** The block after `<!-- example: name -->`. */
const example = (name: string): string =>
  new RegExp(`<!-- example: ${name} -->\\s*\`\`\`\\w+\\n([^]*?)\\n\`\`\``).exec(page)?.[1] ?? '';

describe('docs/PROTOCOL.md', () => {
  it('[S1] shows a message, its key and its canonical text that agree', async () => {
    const message = JSON.parse(example('message')) as Record<string, unknown>;
    expect(canonicalText(message)).toBe(example('canonical'));
    const keys = createKeyRing();
    keys.add(importPublicJwk(JSON.parse(example('jwk')), 'example'), ['dcu:VIN1234567890']);
    const verdict = await verifyObject(message, {
      typ: typOf('acknowledgment'),
      algorithms: ['EdDSA'],
      keys,
      use: 'dcu:VIN1234567890',
    });
    expect(verdict).toMatchObject({ kind: 'valid', name: 'example' });
  });

  it('lists every topic with its QoS, and every typ', () => {
    const topics = createTopics('r');
    const rows = page.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
    expect(page).toContain(RELEASE_TYP);
    for (const kind of Object.keys(messageSchemas) as MessageKind[]) {
      const suffix = topics.of(kind, 'V', 'ID').slice('r/V/'.length).replace('ID', '{updateId}');
      const row = rows.find(([, name]) => name === `\`${suffix}\``);
      expect(row?.[3], kind).toBe(String(qosOf(kind)));
      expect(page).toContain(typOf(kind));
    }
  });

  it('has a line for every code that any room refuses with', () => {
    const rooms = readdirSync(new URL('..', import.meta.url), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .flatMap(({ name }) => [`core/${name}/errors.ts`, `core/${name}/verdict.ts`]);
    const codes = rooms.flatMap((file) => {
      try {
        return [...read(file).matchAll(/^\s*\| '([A-Z][A-Z0-9_]+)'/gm)].map(([, code]) => code);
      } catch {
        return [];
      }
    });
    expect(codes.length).toBeGreaterThan(100);
    expect(codes.filter((code) => !page.includes(`\`${String(code)}\``))).toEqual([]);
  });
});
