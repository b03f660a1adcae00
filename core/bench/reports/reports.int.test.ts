import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bench } from '#core/bench';
import { type RefusalView, type SavedFile, type UpdateView } from '#core/contract';
import { systemClock } from '#core/ports';
import { aBench, tempDir, whenCompleted, type TempDir } from '#core/testing';

const VIN = 'VIN1234567890';
const VERIFIER = fileURLToPath(new URL('../../../resources/verifier', import.meta.url));
const WORK = { operator: 'Ada Meister', purpose: 'Recall 4711: infotainment', order: 'W-2031' };

let dir: TempDir;
let bench: Bench;
/** Milliseconds by which the wall clock was set. */
let shift = 0;

const open = async (): Promise<void> => {
  const clock = { ...systemClock, now: () => systemClock.now() + shift };
  bench = await aBench(dir.path, { verifierDir: VERIFIER, clock });
};
beforeAll(async () => {
  dir = await tempDir();
  await open();
  await bench.client.bench.start({ roles: ['broker', 'backend', 'dcu'] });
}, 60_000);
afterAll(async () => {
  await bench.close();
  await dir.remove();
});

const reports = (): Bench['client']['reports'] => bench.client.reports;
const codeOf = (calling: Promise<unknown>): Promise<string> =>
  calling.then(
    () => 'taken',
    (error: unknown) => (error as { data: RefusalView }).data.code,
  );
const textOf = ({ base64 }: SavedFile): string => Buffer.from(base64, 'base64').toString('utf8');
/** The update once it has ended, however that was. */
const ended = async (updateId: string): Promise<UpdateView> => {
  const over = new Set(['completed', 'refused', 'failed', 'rolled_back', 'cancelled']);
  for await (const frame of await bench.client.updates.watch()) {
    const update = frame.upserts.find((each) => each.updateId === updateId);
    if (update && over.has(update.stage)) return update;
  }
  throw new Error('the stream ended first');
};
const python = (args: readonly string[]): Promise<{ code: number; out: string }> =>
  new Promise((resolve) => {
    const script = `${VERIFIER}/verify_report.py`;
    execFile('/usr/bin/python3', [script, ...args], (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), out: `${stdout}${stderr}` });
    });
  });

describe('a session', () => {
  it('ends in a signed report of what was measured, asked for and done', async () => {
    const { sessionId } = await reports().begin({ vin: VIN, ...WORK });
    const { updateId } = await bench.client.demo.run();
    await reports().attach({ sessionId, updateId });
    await whenCompleted(bench, updateId);
    const view = await reports().finish({ sessionId, remarks: 'Battery was charged first.' });
    expect(view).toMatchObject({ vin: VIN, word: 'completed', updateIds: [updateId], sessionId });

    const { document } = await reports().get({ reportId: view.reportId });
    const change = document.changes.find(({ ecuId }) => ecuId === 'infotainment');
    expect(change).toMatchObject({
      changed: true,
      beforeBasis: 'measured',
      afterBasis: 'measured',
    });
    const [update] = document.updates;
    expect(update!.releases[0]!.firmware.sha256).toBe(change!.after!.sha256);
    expect(update!.releases[0]).toMatchObject({ signature: 'valid' });
    expect(update!.compatibility.result).toBe('compatible');
    expect(update!.moments.map(({ moment }) => moment)).toEqual(
      expect.arrayContaining(['issued', 'attached', 'acknowledged', 'installing', 'ended']),
    );
    for (const { moment, checked } of update!.moments) {
      expect(checked.length, moment).toBeGreaterThan(0);
      expect(new Set(checked.map(({ state }) => state)), moment).toEqual(new Set(['met']));
    }
    const parties = update!.steps.map(({ stage, by, kid }) => [stage, by, kid !== null]);
    expect(parties).toContainEqual(['available', 'gatekeeper', true]);
    expect(parties).toContainEqual(['completed', 'vehicle', true]);
    expect(document.work.remarks).toBe('Battery was charged first.');
    // Again is the same, and nothing is under way any more.
    expect(await reports().finish({ sessionId })).toEqual(view);
    expect(await reports().running()).toEqual([]);
  });

  it('is verified here, and by the script alone; one changed character is enough', async () => {
    const [report] = (await reports().list({})).reports;
    const { reportId } = report!;
    const json = textOf(await reports().export({ reportId, format: 'json', language: 'en' }));
    const own = await reports().verify({ document: json });
    expect(own).toMatchObject({ verdict: 'trusted', trust: 'own', failures: [] });
    const { fingerprint, caFingerprint } = own.key!;
    expect(caFingerprint).toMatch(/^[0-9a-f]{64}$/);
    const by = async (document: string, given: string): Promise<unknown> => {
      const { verdict, failures } = await reports().verify({ document, fingerprint: given });
      return [verdict, ...failures.map(({ code }) => code)];
    };
    expect(await by(json, caFingerprint!)).toEqual(['trusted']);
    expect(await by(json.replaceAll('\n', '\r\n'), fingerprint)).toEqual(['trusted']);
    expect(await by(json.replace('Ada', 'Eva'), fingerprint)).toEqual([
      'refused',
      'SIGNATURE_INVALID',
    ]);
    const files = {
      json: dir.join('report.json'),
      en: dir.join('en.html'),
      de: dir.join('de.html'),
      keys: dir.join('keys.json'),
    };
    await writeFile(files.json, json);
    for (const language of ['en', 'de'] as const) {
      const page = textOf(await reports().export({ reportId, format: 'html', language }));
      await writeFile(files[language], page);
      expect(await by(page, fingerprint)).toEqual(['trusted']);
      const altered = page.replace('Ada Meister', 'Eva Meister');
      expect(await by(altered, fingerprint)).toEqual(['refused', 'REPORT_PAGE_CHANGED']);
    }
    await writeFile(files.keys, textOf(await reports().publicKeys()));
    const whole = await python([files.json, files.en, files.de, '--fingerprint', caFingerprint!]);
    expect(whole.out).toContain('signed by a key that you trust');
    expect(whole.code).toBe(0);
    expect((await python([files.json, '--trust', files.keys])).code).toBe(0);
    const alone = await python([files.json]);
    expect(alone.out).toContain('WHO SIGNED IS NOT KNOWN');
    const foreign = await python([files.json, '--fingerprint', '0'.repeat(64)]);
    expect([foreign.code, foreign.out]).toEqual([1, expect.stringContaining('none of those')]);

    // Spread over the whole document, with a step that keeps clear of its lines.
    const changed: string[] = [];
    for (let at = 3; at < json.length; at += Math.ceil(json.length / 61)) {
      const other = json[at] === 'x' ? 'y' : 'x';
      const file = dir.join(`changed-${String(at)}.json`);
      await writeFile(file, `${json.slice(0, at)}${other}${json.slice(at + 1)}`);
      changed.push(file);
    }
    expect(changed.length).toBeGreaterThan(50);
    const all = await python(changed);
    expect(all.code).toBe(1);
    expect(
      all.out
        .trimEnd()
        .split('\n')
        .map((line) => line.slice(0, 7)),
    ).toEqual(changed.map(() => 'NOT OK:'));
  });

  it('outlives the bench, and says that it was interrupted', async () => {
    const { sessionId } = await reports().begin({ vin: VIN, ...WORK });
    const { updateId } = await bench.client.demo.run();
    await reports().attach({ sessionId, updateId });
    await reports().attach({ sessionId, updateId });
    await whenCompleted(bench, updateId);
    const before = (await reports().list({})).reports[0]!;
    await bench.close();
    await open();
    const [session] = await reports().running();
    expect(session).toMatchObject({ sessionId, interrupted: true, updateIds: [updateId] });
    const { reportId } = await reports().finish({ sessionId });
    const { document } = await reports().get({ reportId });
    expect(document.session.events.map(({ kind }) => kind)).toContain('tool_restarted');
    expect(document.before).not.toBeNull();
    // Its key lasted for that process only; the report is known as ours all the same.
    const old = await reports().export({
      reportId: before.reportId,
      format: 'json',
      language: 'en',
    });
    const { verdict, trust, key } = await reports().verify({ document: textOf(old) });
    expect([verdict, trust]).toEqual(['trusted', 'own']);
    expect(key!.kid).not.toBe(document.signedBy.kid);
    await bench.client.bench.start({ roles: ['broker', 'backend', 'dcu'] });
  });
});

describe('an update without a session', () => {
  it('that was refused for its conditions tells which, by whom and why', async () => {
    await bench.client.vehicles.setConditions({ vin: VIN, conditions: { parked: false } });
    const { updateId } = await bench.client.demo.run();
    expect((await ended(updateId)).stage).toBe('refused');
    await bench.client.vehicles.setConditions({ vin: VIN, conditions: { parked: true } });
    const view = await reports().create({ updateId, operator: 'Şükrü', purpose: 'Test' });
    const { document } = await reports().get({ reportId: view.reportId });
    expect(document.result.word).toBe('refused');
    expect(document.refusals).toMatchObject([{ by: 'vehicle', code: 'NOT_PARKED', updateId }]);
    const issued = document.updates[0]!.moments.find(({ moment }) => moment === 'issued');
    expect(issued!.checked).toContainEqual(
      expect.objectContaining({ condition: 'parked', actual: false, state: 'unmet' }),
    );
    expect(document.changes.map(({ changed }) => changed)).not.toContain(true);
    expect(await codeOf(reports().create({ updateId, ...WORK }))).toBe('REPORT_EXISTS');
  });

  it('and a rollback shows its verdict with what was measured', async () => {
    const { updateId } = await bench.client.vehicles.rollback({
      ...{ vin: VIN, ecuId: 'infotainment', askedBy: 'Ada' },
    });
    expect((await ended(updateId)).stage).toBe('rolled_back');
    const view = await reports().create({ updateId, operator: 'Ada', purpose: 'Customer wish' });
    const { document } = await reports().get({ reportId: view.reportId });
    expect(document).toMatchObject({
      result: { word: 'rolled_back' },
      rollbacks: [{ origin: 'technician', askedBy: 'Ada', outcome: 'rolled_back' }],
    });
    expect(document.rollbacks[0]!.after!.banks[0]!.sha256).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('what is asked for wrongly', () => {
  it.each([
    ['no name', { operator: '   ' }, 'BAD_INPUT'],
    ['a very long name', { operator: 'a'.repeat(2_000) }, 'BAD_INPUT'],
    ['half a character', { purpose: 'x\ud800' }, 'BAD_INPUT'],
    ['another vehicle', { vin: 'NOBODY' }, 'VEHICLE_UNKNOWN'],
    ['no vehicle at all', { vin: '../x' }, 'BAD_INPUT'],
  ])('begins no session: %s', async (_what, wrong, code) => {
    expect(await codeOf(reports().begin({ vin: VIN, ...WORK, ...wrong }))).toBe(code);
  });

  it('is refused with its code, and leaves nothing', async () => {
    const unknown = { sessionId: 'none', updateId: 'none' };
    expect(await codeOf(reports().attach(unknown))).toBe('SESSION_UNKNOWN');
    expect(await codeOf(reports().finish(unknown))).toBe('SESSION_UNKNOWN');
    expect(await codeOf(reports().get({ reportId: 'none' }))).toBe('REPORT_UNKNOWN');
    expect(await codeOf(reports().create({ updateId: 'none', ...WORK }))).toBe('UPDATE_UNKNOWN');
    const { sessionId } = await reports().begin({ vin: VIN, ...WORK, operator: 'מכונאי' });
    expect(await codeOf(reports().attach({ sessionId, updateId: 'none' }))).toBe('UPDATE_UNKNOWN');
    await reports().discard({ sessionId });
    expect(await codeOf(reports().discard({ sessionId }))).toBe('SESSION_UNKNOWN');
    expect(await reports().running()).toEqual([]);
  });

  it('says of text that is no report what is wrong with it', async () => {
    const [report] = (await reports().list({ text: 'recall completed' })).reports;
    const { reportId } = report!;
    const json = textOf(await reports().export({ reportId, format: 'json', language: 'de' }));
    const codesOf = async (document: string): Promise<unknown> =>
      (await reports().verify({ document })).failures.map(({ code }) => code);
    expect(await codesOf('')).toEqual(['MALFORMED_JSON']);
    expect(await codesOf('[]')).toEqual(['NOT_AN_OBJECT']);
    expect(await codesOf(json.slice(0, -40))).toEqual(['MALFORMED_JSON']);
    expect(await codesOf(`\uFEFF${json}`)).toEqual(['MALFORMED_JSON']);
    expect(await codesOf(json.replace('{', '{"format":"x",'))).toEqual(['DUPLICATE_MEMBER']);
    expect(await codesOf(json.replace('{', '{"n":1e999,'))).toEqual(['NUMBER_RANGE']);
    expect(await codesOf(json.replace('{', '{"n":9007199254740993,'))).toEqual(['NON_INTEGER']);
    expect(await codesOf('<!doctype html><p>nothing')).toEqual(['MALFORMED_JSON']);
    expect(await codeOf(reports().verify({ document: json, fingerprint: 'abc' }))).toBe(
      'REPORT_TRUST_UNREADABLE',
    );
  });
});

describe('what happens to a session meanwhile', () => {
  const verdictOf = async (reportId: string): Promise<unknown> => {
    const json = await reports().export({ reportId, format: 'json', language: 'en' });
    const { verdict, failures } = await reports().verify({ document: textOf(json) });
    return [verdict, failures];
  };

  it('a clock set back behind the certificate is told, and the report holds', async () => {
    const { sessionId } = await reports().begin({ vin: VIN, ...WORK });
    shift = -3 * 3_600_000;
    const { reportId } = await reports().finish({ sessionId });
    const { document } = await reports().get({ reportId });
    expect(document.session.events.map(({ kind }) => kind)).toContain('clock_stepped_back');
    expect(await verdictOf(reportId)).toEqual(['trusted', []]);
    shift = 0;
  });

  it('a vehicle that is removed leaves its update in the report, and nothing is claimed after', async () => {
    const { sessionId } = await reports().begin({ vin: VIN, ...WORK });
    const { updateId } = await bench.client.demo.run();
    await reports().attach({ sessionId, updateId });
    expect(await codeOf(reports().finish({ sessionId }))).toBe('REPORT_UPDATE_RUNNING');
    await whenCompleted(bench, updateId);
    // It is busy until it has closed the job.
    await expect.poll(() => codeOf(bench.client.vehicles.remove({ vin: VIN }))).toBe('taken');
    const view = await reports().finish({ sessionId });
    const { document } = await reports().get({ reportId: view.reportId });
    expect(document).toMatchObject({ result: { word: 'completed' }, after: null });
    expect(document.updates.map((each) => each.updateId)).toEqual([updateId]);
    expect(new Set(document.changes.map(({ changed }) => changed))).toEqual(new Set([null]));
    expect(await verdictOf(view.reportId)).toEqual(['trusted', []]);
  });
});
