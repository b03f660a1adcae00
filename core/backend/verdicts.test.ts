import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RollbackVerdict, type JsonObject } from '#core/protocol';
import {
  anInventory,
  aVehicle,
  openSite,
  TEST_VIN,
  whenBackend,
  whenStage,
  type Site,
} from '#core/testing';
import { openDatabase } from '#core/storage';
import { openRecords } from './records.ts';
import { prepareTables } from './tables.ts';
import { createVerdicts } from './verdicts.ts';

let site: Site;
beforeEach(async () => {
  site = await openSite();
});
afterEach(() => site.close());

const evidence = {
  activeBank: 'A',
  banks: [
    { bank: 'A', state: 'active', version: '1.1.0', sha256: 'c'.repeat(64) },
    { bank: 'B', state: 'empty', version: null, sha256: null },
  ],
};
const aVerdict = (more: JsonObject = {}): JsonObject => ({
  ...{ verdictId: 'v1', updateId: 'r1', vin: TEST_VIN, ecuId: 'brake', origin: 'technician' },
  ...{ askedBy: 'Mia', requestedAt: '2026-01-02T03:04:05.000Z' },
  ...{ endedAt: '2026-01-02T03:04:06.000Z', action: 'none', outcome: 'refused' },
  checks: [{ check: 'previousImage', passed: false, detail: 'bank B is empty' }],
  reason: { code: 'NO_VALID_BANK', detail: 'bank B is empty', next: 'Install another first.' },
  ...{ before: evidence, after: evidence },
  ...more,
});
const ended = (verdict: JsonObject): JsonObject => ({
  ...{ progress: 0, status: 'failed', verdict },
  reason: { code: 'NO_VALID_BANK', detail: 'bank B is empty' },
});

describe('verdicts in the books', () => {
  it('are kept once each, however often they are told, and can be asked for afterwards', async () => {
    const own = await site.backend();
    const dcu = await aVehicle(site);
    await dcu.tell('inventory', anInventory('empty'), { retain: true });
    await whenBackend(own, () => own.vehicles().some(({ ecus }) => ecus.length > 0));
    const wish = { askedBy: 'Mia', origin: 'campaign' } as const;
    const updateId = await own.command(TEST_VIN, 'brake', 'rollback', undefined, wish);
    const [command] = await dcu.heard('command');
    expect(command?.json).toMatchObject({ command: 'rollback', updateId, ...wish });
    for (const seq of [1, 2]) {
      await dcu.tell('progress', ended(aVerdict({ updateId })), { updateId, seq: seq + 10 });
    }
    await whenStage(own, updateId, 'failed');
    const second = { updateId, verdictId: 'v2', outcome: 'failed' };
    await dcu.tell('progress', ended(aVerdict(second)), { updateId, seq: 20 });
    const records = openRecords(site.db);
    const all = { vin: TEST_VIN, limit: 10 };
    await expect.poll(() => records.verdicts(all).length).toBe(2);
    expect(records.verdicts({ ...all, updateId })[1]).toMatchObject({
      ...{ verdictId: 'v1', outcome: 'refused', signature: 'valid', before: evidence },
      requestedAt: Date.parse('2026-01-02T03:04:05.000Z'),
      reason: { code: 'NO_VALID_BANK', next: 'Install another first.' },
    });
    expect(records.verdicts({ ...all, ecuId: 'engine' })).toEqual([]);
    const history = records.history(all);
    expect(history.filter((entry) => entry.kind === 'rollback')).toHaveLength(history.length);
    expect(history.find((entry) => entry.updateId === updateId)).toMatchObject({ vin: TEST_VIN });
  });

  it('about another vehicle, update or ECU than the message are not believed', async () => {
    const own = await site.backend();
    const dcu = await aVehicle(site);
    const others = [{ vin: 'ANOTHER' }, { updateId: 'another' }, { ecuId: 'another' }];
    for (const [seq, other] of others.entries()) {
      const message = { ...ended(aVerdict(other)), ecuId: 'brake' };
      await dcu.tell('progress', message, { updateId: 'r1', seq: seq + 10 });
    }
    const mismatches = (): unknown[] =>
      own.refused().filter(({ code }) => code === 'VERDICT_MISMATCH');
    await whenBackend(own, () => mismatches().length === others.length);
    expect(openRecords(site.db).verdicts({ limit: 10 })).toEqual([]);
  });

  it('that are not as described are refused with the member’s path, and nothing is kept', async () => {
    const own = await site.backend();
    const dcu = await aVehicle(site);
    const broken = aVerdict({ outcome: 'perhaps' });
    await dcu.tell('progress', ended(broken), { updateId: 'r1' });
    const refused = await whenBackend(own, () =>
      own.refused().find(({ code }) => code === 'SCHEMA'),
    );
    expect(refused.reason).toContain('verdict.outcome');
    expect(openRecords(site.db).verdicts({ limit: 10 })).toEqual([]);
  });
});

describe('verdicts whose ids somebody foretold', () => {
  const books = (kept?: number): ReturnType<typeof createVerdicts> => {
    const db = openDatabase(':memory:');
    prepareTables(db);
    return createVerdicts(db, kept);
  };
  const verdict = (more: JsonObject = {}): RollbackVerdict => RollbackVerdict.parse(aVerdict(more));

  it('make way for the one that is proven, and never the other way round', () => {
    const verdicts = books();
    expect(verdicts.store(verdict(), 'unsigned', 1)).toBe(true);
    const genuine = verdict({ outcome: 'rolled_back', action: 'switched' });
    expect(verdicts.store(genuine, 'valid', 2)).toBe(true);
    expect(verdicts.store(verdict(), 'unsigned', 3)).toBe(false);
    expect(verdicts.store(verdict(), 'valid', 4)).toBe(false);
    expect(verdicts.list({ limit: 5 })).toMatchObject([
      { outcome: 'rolled_back', signature: 'valid', receivedAt: 2 },
    ]);
  });

  it('push out nothing of another vehicle, and what proves nothing goes first', () => {
    const verdicts = books(3);
    verdicts.store(verdict({ vin: 'OTHER' }), 'valid', 1);
    verdicts.store(verdict({ verdictId: 'proven' }), 'valid', 2);
    for (let at = 3; at < 10; at += 1) {
      verdicts.store(verdict({ verdictId: `forged ${at}` }), 'unsigned', at);
    }
    const ids = (vin: string): string[] =>
      verdicts.list({ vin, limit: 9 }).map(({ verdictId }) => verdictId);
    expect(ids('OTHER')).toEqual(['v1']);
    expect(ids(TEST_VIN)).toEqual(['forged 9', 'forged 8', 'proven']);
  });
});
