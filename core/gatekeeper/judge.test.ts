import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodePayload } from '#core/protocol';
import { typOf } from '#core/signing';
import {
  TEST_VIN,
  aKey,
  aManifest,
  aSecret,
  anEcu,
  anIssue,
  openGate,
  type Gate,
} from '#core/testing';
import { replayEntry } from './replay-entry.ts';

let gate: Gate;
beforeEach(async () => {
  gate = await openGate(replayEntry);
});
afterEach(() => gate.close());

const text = (json: string): Uint8Array => new Uint8Array(Buffer.from(json));

describe('the gatekeeper’s judgement', () => {
  it('passes a signed, fresh, compatible issue with its manifest and ids', async () => {
    const issue = await gate.issueOf();
    expect(await gate.judge(issue)).toMatchObject({
      kind: 'passed',
      status: 'Available',
      manifest: gate.manifest,
      subject: {
        vin: TEST_VIN,
        version: '3.0.1',
        updateId: issue.updateId,
        ecuId: 'brake',
        inReplyTo: issue.messageId,
        mark: 'valid',
        expires: issue.expires,
      },
    });
  });

  it.each([
    ['MALFORMED_JSON', text('{"version":')],
    ['DUPLICATE_MEMBER', text('{"version":"1","version":"2","description":""}')],
    ['INVALID_UTF8', new Uint8Array([0x7b, 0xff, 0x7d])],
    ['NOT_AN_OBJECT', text('["version"]')],
    ['TOO_LARGE', text(`{"description":"${'x'.repeat(65_536)}"}`)],
    ['SCHEMA', text('{"version":3,"description":"d"}')],
    ['SCHEMA', text('{"description":"no version"}')],
  ])('[G1] [P2] refuses a payload that is %s', async (code, payload) => {
    for (const policy of ['require', 'off'] as const) {
      expect(await gate.refusal(payload, { policy })).toMatchObject({
        rule: 'G1',
        code,
        status: 'Rejected',
      });
    }
  });

  it('[G2] [P3] refuses a payload that names another vehicle, and says both', async () => {
    const answer = await gate.refusal(await gate.issueOf({ vin: 'VIN2' }));
    expect(answer).toMatchObject({ rule: 'G2', code: 'VIN_MISMATCH', status: 'Rejected' });
    expect(answer.detail).toContain('VIN2');
    expect(answer.detail).toContain(TEST_VIN);
  });

  it('[G3] refuses an unsigned message and gives it an id of its own', async () => {
    const verdict = await gate.judge(text('{"version":"3.0.1","description":"d"}'));
    expect(verdict).toMatchObject({
      kind: 'refused',
      rule: 'G3',
      reason: { code: 'UNSIGNED' },
      subject: { updateId: 'fresh-id', version: '3.0.1', mark: 'unsigned' },
    });
  });

  it('[G3] does not let an unproven sender speak of somebody’s update', async () => {
    const verdict = await gate.judge(anIssue({ manifest: gate.manifest, updateId: 'theirs' }));
    expect(verdict.subject.updateId).toBe('fresh-id');
  });

  it('[G3] refuses a tampered message', async () => {
    const issue = { ...(await gate.issueOf()), description: 'Changed on the way' };
    expect(await gate.refusal(issue)).toMatchObject({ rule: 'G3', code: 'SIGNATURE_INVALID' });
  });

  it('[G3] refuses a foreign key', async () => {
    const stranger = await aKey('EdDSA', 'stranger');
    expect(await gate.refusal(await gate.issueOf({}, stranger))).toMatchObject({
      rule: 'G3',
      code: 'KEY_UNKNOWN',
    });
  });

  it('[G3] refuses a message signed by a key for something else', async () => {
    expect(await gate.refusal(await gate.issueOf({}, gate.releaseKey))).toMatchObject({
      rule: 'G3',
      code: 'KEY_USE',
    });
  });

  it('[G3] refuses an algorithm it does not accept', async () => {
    const secret = aSecret('HS256');
    gate.keys.add(secret.publicKey, ['backend']);
    expect(await gate.refusal(await gate.issueOf({}, secret))).toMatchObject({
      rule: 'G3',
      code: 'ALG_UNEXPECTED',
    });
  });

  it('[G3] [S5] refuses a manifest that is unsigned, changed, or signed by the message key', async () => {
    expect(
      await gate.refusal(await gate.issueOf({ manifest: aManifest({ firmware: gate.firmware }) })),
    ).toMatchObject({
      rule: 'G3',
      code: 'UNSIGNED',
      detail: expect.stringContaining('manifest') as string,
    });
    expect(
      await gate.refusal(
        await gate.issueOf({ manifest: { ...gate.manifest, releaseCounter: 99 } }),
      ),
    ).toMatchObject({ rule: 'G3', code: 'SIGNATURE_INVALID' });
    expect(
      await gate.refusal(
        await gate.issueOf({
          manifest: await gate.sign(aManifest({ firmware: gate.firmware }), gate.backendKey),
        }),
      ),
    ).toMatchObject({ rule: 'G3', code: 'KEY_USE' });
  });

  it('[G3] [S5] refuses a message without a manifest, or about another version than its manifest', async () => {
    const { manifest: none, ...bare } = anIssue();
    expect(none).toBeDefined();
    expect(
      await gate.refusal(await gate.sign(bare, gate.backendKey, typOf('issue_details'))),
    ).toMatchObject({ code: 'MANIFEST_MISSING' });
    const answer = await gate.refusal(await gate.issueOf({ version: '3.0.2' }));
    expect(answer).toMatchObject({ rule: 'G3', code: 'MANIFEST_MISMATCH' });
    expect(answer.detail).toMatch(/3\.0\.2.*3\.0\.1/);
  });

  it('[G4] [P5] refuses an expired message, and an expired manifest, with the difference', async () => {
    const answer = await gate.refusal(await gate.issueOf({ expires: '2026-01-02T03:04:00.678Z' }));
    expect(answer).toMatchObject({ rule: 'G4', code: 'EXPIRED', status: 'Rejected' });
    expect(answer.detail).toContain('5.000 s');
    const old = await gate.release({ releaseId: 'old', expires: '2026-01-01T00:00:00.000Z' });
    expect(await gate.refusal(await gate.issueOf({ manifest: old }))).toMatchObject({
      rule: 'G4',
      code: 'EXPIRED',
    });
  });

  it('[G5] [P4] refuses the second arrival, an older seq, and an id with other content', async () => {
    const issue = await gate.issueOf({ seq: 5 });
    gate.replay.remember(
      replayEntry('issue_details', TEST_VIN, issue, encodePayload(issue), 'valid'),
    );
    expect(await gate.refusal(issue)).toMatchObject({
      rule: 'G5',
      code: 'REPLAYED',
      status: 'Rejected',
    });
    expect(await gate.refusal(await gate.issueOf({ messageId: 'm2', seq: 4 }))).toMatchObject({
      code: 'REPLAYED',
    });
    expect(await gate.refusal(await gate.issueOf({ seq: 6 }))).toMatchObject({ code: 'REPLAYED' });
    expect(await gate.judge(await gate.issueOf({ messageId: 'm2', seq: 6 }))).toMatchObject({
      kind: 'passed',
    });
  });

  it('[G5] is silent about a redelivery of what is answered, even when it has expired since', async () => {
    const issue = await gate.issueOf();
    const entry = replayEntry('issue_details', TEST_VIN, issue, encodePayload(issue), 'valid');
    expect(await gate.judge(issue, { dup: true })).toMatchObject({ kind: 'passed' });
    gate.replay.remember(entry);
    expect(await gate.judge(issue, { dup: true })).toMatchObject({ kind: 'repeated' });
  });

  it('[G5] refuses what the broker had retained', async () => {
    expect(await gate.refusal(await gate.issueOf(), { retain: true })).toMatchObject({
      rule: 'G5',
      code: 'RETAINED_ISSUE',
    });
  });

  it('[G5] refuses a signed message that could be replayed to any vehicle or for ever', async () => {
    const bare = Object.fromEntries(
      Object.entries(anIssue({ manifest: gate.manifest })).filter(
        ([name]) => name !== 'vin' && name !== 'expires',
      ),
    );
    const signed = await gate.sign(bare, gate.backendKey, typOf('issue_details'));
    expect(await gate.refusal(signed)).toMatchObject({
      rule: 'G5',
      code: 'ENVELOPE_INCOMPLETE',
      detail: 'the message lacks vin, expires',
    });
  });

  it('[G5] does not let an unproven sender spend a real sender’s numbers under warn', async () => {
    const forged = anIssue({ manifest: gate.manifest, seq: 1_000_000, messageId: 'forged' });
    gate.replay.remember(
      replayEntry('issue_details', TEST_VIN, forged, encodePayload(forged), 'unsigned'),
    );
    expect(await gate.judge(await gate.issueOf(), { policy: 'warn' })).toMatchObject({
      kind: 'passed',
    });
  });

  it('names the first rule that fails when several do', async () => {
    gate.ecus = null;
    const stale = await gate.issueOf({ expires: '2026-01-01T00:00:00.000Z' });
    expect(await gate.refusal(stale)).toMatchObject({ rule: 'G4' });
    expect(await gate.refusal({ ...stale, description: 'tampered' })).toMatchObject({ rule: 'G3' });
    expect(await gate.refusal({ ...stale, vin: 'VIN2' })).toMatchObject({ rule: 'G2' });
  });

  it('[S4] under off finds the release of a short message by version and hardware', async () => {
    await gate.release({ releaseId: 'engine', hardwareId: 'engine-hw' });
    const short = text('{"version":"3.0.1","description":"d"}');
    for (const policy of ['off', 'warn'] as const) {
      expect(await gate.judge(short, { policy })).toMatchObject({
        kind: 'passed',
        manifest: { releaseId: 'brake-3.0.1' },
        subject: {
          updateId: 'fresh-id',
          ecuId: 'brake',
          mark: policy === 'off' ? 'unchecked' : 'unsigned',
        },
      });
    }
    const other = text('{"version":"9.9","description":"d"}');
    expect(await gate.refusal(other, { policy: 'off' })).toMatchObject({
      rule: 'G6',
      code: 'RELEASE_UNKNOWN',
    });
    gate.ecus = [anEcu(), anEcu({ ecuId: 'brake-rear' })];
    expect(await gate.refusal(short, { policy: 'off' })).toMatchObject({
      rule: 'G7',
      code: 'ECU_AMBIGUOUS',
    });
  });

  it('gives each judgement without storing anything', async () => {
    const issue = await gate.issueOf();
    expect(await gate.judge(issue)).toEqual(await gate.judge(issue));
  });
});
