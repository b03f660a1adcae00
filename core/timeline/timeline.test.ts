import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CapturedMessage } from '#core/capture';
import { aCaptured, TEST_VIN } from '#core/testing';
import { fold, newTimeline, timelineOf, timelines, type TimelineView } from './index.ts';

const START = Date.parse('2026-01-02T03:04:05.000Z');
const UPDATE = '0198-update';

type Said = { after: number; body: object; more?: Partial<CapturedMessage> };

function message(suffix: string, { after, body, more = {} }: Said): CapturedMessage {
  return aCaptured({
    at: START + after,
    mono: 9_000_000 + after * 1_000,
    topic: `vehicle/updates/${TEST_VIN}/${suffix}`,
    payload: JSON.stringify({ updateId: UPDATE, signature: 'a..b', ...body }),
    ...more,
  });
}

const issue = (said: Partial<Said> = {}): CapturedMessage =>
  message('issue_details', {
    after: 0,
    ...said,
    body: { version: '3.0.1', description: 'd', messageId: 'i', seq: 1, sender: 'b', ...said.body },
  });
const status = (said: Partial<Said> = {}): CapturedMessage =>
  message('status', {
    after: 40,
    ...said,
    body: {
      status: 'Available',
      version: '3.0.1',
      messageId: 's',
      seq: 1,
      sender: 'g',
      ...said.body,
    },
  });
const acknowledgment = (said: Partial<Said> = {}): CapturedMessage =>
  message('status/acknowledgment', {
    after: 100,
    ...said,
    body: { acknowledgment: 'Acknowledged', messageId: 'a', seq: 1, sender: 'd', ...said.body },
  });
const progress = (percent: number, said: Partial<Said> = {}): CapturedMessage =>
  message('progress', {
    after: 200 + percent * 10,
    ...said,
    body: {
      ...{ progress: percent, status: percent === 100 ? 'completed' : 'downloading' },
      ...{ messageId: `p${percent}`, seq: 2 + percent, sender: 'd' },
      ...said.body,
    },
  });

function told(messages: readonly CapturedMessage[], now = START + 1_300): TimelineView[] {
  return timelines(messages.reduce(fold, newTimeline()), now);
}

function codes(view: TimelineView | undefined): string[][] {
  return view!.entries.map(({ flags }) => flags.map(({ code }) => code));
}

const whole = [issue(), status(), acknowledgment(), progress(10), progress(50), progress(100)];

describe('the timeline of an update', () => {
  it('tells its steps, their latencies and how it ended', () => {
    const [view, ...others] = told(whole);
    expect(others).toEqual([]);
    expect(view).toMatchObject({
      ...{ updateId: UPDATE, vin: TEST_VIN, version: '3.0.1', outcome: 'completed 100 %' },
      ...{ omitted: 0, missing: [] },
      latencies: [
        { from: 'issue', to: 'status', ms: 40 },
        { from: 'status', to: 'acknowledgment', ms: 60 },
        { from: 'acknowledgment', to: 'progress', ms: 200 },
        { from: 'progress', to: 'result', ms: 900 },
      ],
    });
    expect(view!.entries.map(({ step, says }) => `${step} ${says}`)).toEqual([
      'issue 3.0.1',
      'status Available',
      'acknowledgment Acknowledged',
      'progress downloading 10 %',
      'progress downloading 50 %',
      'result completed 100 %',
    ]);
    expect(codes(view).flat()).toEqual([]);
  });

  it('shows what is badly signed or no message of ours, and lets it end nothing', () => {
    const refusal = { code: 'SIGNATURE_INVALID', reason: 'it does not hold', next: '' };
    const forged = { ...progress(100), verdict: { kind: 'invalid', refusal } as const };
    const odd = progress(100, { body: { progress: 'all', messageId: 'odd' } });
    const [view] = timelines(
      [...whole.slice(0, 5), forged, odd].reduce(fold, newTimeline()),
      START,
    );
    expect(codes(view).slice(5)).toEqual([['badly_signed'], expect.arrayContaining(['invalid'])]);
    expect(view!.entries[5]!.signed).toBe(false);
    expect(view).toMatchObject({ outcome: null });
    const valid = { kind: 'valid', by: 'dcu', kid: 'k', alg: 'EdDSA' } as const;
    const [real] = timelines(
      [...whole.slice(0, 5), { ...progress(100), verdict: valid }].reduce(fold, newTimeline()),
      START,
    );
    expect(real).toMatchObject({ outcome: 'completed 100 %' });
  });

  it('goes on where an update that was refused is taken up again', () => {
    const refused = acknowledgment({ body: { acknowledgment: 'Refused', messageId: 'no' } });
    const taken = acknowledgment({ after: 150, body: { messageId: 'yes', seq: 2 } });
    const both = [issue(), status(), refused, taken];
    expect(told(both)[0]!.outcome).toBeNull();
    expect(told([...both, progress(10)], START + 400_000)[0]!.missing).toHaveLength(1);
    // What only comes late, or once more, takes nothing up.
    expect(told([...whole, progress(50), acknowledgment()])[0]!.outcome).toBe('completed 100 %');
  });

  it('does not change the state that it is given', () => {
    const before = whole.slice(0, 3).reduce(fold, newTimeline());
    const picture = structuredClone({ ...before, topics: null });
    fold(before, progress(10));
    expect(structuredClone({ ...before, topics: null })).toEqual(picture);
    expect(fold(before, aCaptured({ topic: 'something/else' }))).toBe(before);
  });

  it('measures by the monotonic clock, whatever the wall clock of one millisecond says', () => {
    const [view] = told([issue(), status({ more: { at: START, mono: 9_000_250 } })]);
    expect(view!.latencies).toEqual([{ from: 'issue', to: 'status', ms: 0.25 }]);
  });

  it.each([
    ['status', [issue(), status({ after: 2_001 })]],
    ['acknowledgment', [issue(), status(), acknowledgment({ after: 10_041 })]],
    ['progress', [issue(), status(), acknowledgment(), progress(1, { after: 30_101 })]],
    ['result', [...whole.slice(0, 5), progress(100, { after: 60_701 })]],
  ])('flags a late %s, and says how late', (step, messages) => {
    const [view] = told(messages, START + 60_702);
    const last = view!.entries.at(-1)!;
    expect(last.step).toBe(step);
    expect(last.flags).toEqual([{ code: 'late', reason: expect.stringMatching(/\d s/) as string }]);
    // A millisecond or two earlier it was in time.
    const inTime = { ...messages.at(-1)! };
    const early = { ...inTime, at: inTime.at - 2, mono: inTime.mono - 2_000 };
    const [other] = told([...messages.slice(0, -1), early], early.at);
    expect(other!.entries.at(-1)!.flags).toEqual([]);
  });

  it.each([
    ['status', 1, 2_001],
    ['acknowledgment', 2, 10_041],
    ['progress', 3, 30_101],
    ['result', 5, 60_701],
  ])('says that %s is missing when its time is over, not before', (step, count, after) => {
    const messages = whole.slice(0, count);
    expect(told(messages, START + after - 2)[0]!.missing).toEqual([]);
    expect(told(messages, START + after)[0]!.missing).toEqual([
      { code: 'missing', reason: expect.stringContaining(`no ${step}`) as string },
    ]);
  });

  it('says which step never came although later ones did', () => {
    const [view] = told([issue(), status(), progress(10), progress(100)]);
    expect(view!.missing.map(({ reason }) => reason)).toEqual([
      'no acknowledgment, although there is a result',
    ]);
    expect(codes(view)[2]).toEqual(['out_of_order']);
  });

  it.each([
    ['Refused', [issue(), status(), acknowledgment({ body: { acknowledgment: 'Refused' } })]],
    ['Rejected', [issue(), status({ body: { status: 'Rejected' } })]],
  ])('waits for nothing after %s', (outcome, messages) => {
    const [view] = told(messages, START + 1e9);
    expect(view).toMatchObject({ outcome, missing: [] });
  });

  it('flags the second arrival at one place, not the same message seen at two', () => {
    const elsewhere = { source: 'watcher', direction: 'in' } as const;
    const [view] = told([
      issue(),
      issue({ more: elsewhere }),
      issue({ after: 10, more: { dup: true } }),
      issue({ after: 11, more: elsewhere }),
    ]);
    expect(codes(view)).toEqual([[], [], ['duplicate'], ['duplicate']]);
    expect(view!.entries[2]!.flags[0]!.reason).toContain('dup');
  });

  it('flags a seq that goes back', () => {
    const [view] = told([...whole.slice(0, 4), progress(50), progress(20, { after: 800 })]);
    expect(codes(view)).toEqual([[], [], [], [], [], ['out_of_order']]);
    expect(view!.entries.at(-1)!.flags[0]!.reason).toBe('seq 22 after 52');
  });

  it('flags an answer that came before its question', () => {
    const [view] = told([issue(), acknowledgment({ after: 20 }), status()]);
    expect(codes(view)).toEqual([[], ['out_of_order'], []]);
  });

  it('flags what is unsigned, and takes an HMAC for a signature', () => {
    const [view] = told([
      issue({ body: { signature: undefined } }),
      status({ body: { signature: undefined, hmac: 'a'.repeat(64) } }),
    ]);
    expect(codes(view)).toEqual([['unsigned'], []]);
  });

  it('flags what the broker had kept from earlier on', () => {
    const retained = { retain: true, direction: 'in', source: 'watcher' } as const;
    const issuedAt = new Date(START - 60_000).toISOString();
    const [view] = told([
      issue(),
      status({ more: retained, body: { issuedAt } }),
      status({ after: 50, body: { messageId: 's2', seq: 2 }, more: { retain: true } }),
    ]);
    expect(codes(view)).toEqual([[], ['stale_retained'], ['stale_retained']]);
    expect(view!.entries[1]!.flags[0]!.reason).toContain('60.0 s old');
    // It is no news, so it is no answer either.
    expect(view!.latencies).toEqual([]);
  });

  it('puts foreign messages together by vehicle and time, and takes over the updateId', () => {
    const none = {
      updateId: undefined,
      signature: undefined,
      messageId: undefined,
      seq: undefined,
    };
    const foreign = { body: none };
    const [view, ...others] = told([
      issue(foreign),
      status({}),
      acknowledgment(foreign),
      progress(100, { after: 300, body: none }),
    ]);
    expect(others).toEqual([]);
    expect(view).toMatchObject({ updateId: UPDATE, key: `${TEST_VIN}/${UPDATE}` });
    expect(codes(view)).toEqual([
      ['unsigned', 'foreign'],
      [],
      ['unsigned', 'foreign'],
      ['unsigned', 'foreign'],
    ]);
    const again = told([issue(foreign), issue({ ...foreign, after: 5 })]);
    expect(again.map(({ key }) => key)).toEqual([`${TEST_VIN}/foreign-2`, `${TEST_VIN}/foreign-1`]);
    const late = told([issue(foreign), acknowledgment({ ...foreign, after: 16 * 60_000 })]);
    expect(late).toHaveLength(2);
  });

  it('flags what is no such message, with its code', () => {
    const [view] = told([
      issue(),
      status({ body: { status: 'Perhaps' } }),
      status({ more: { payload: new Uint8Array([0xff]) } }),
    ]);
    expect(view!.entries.map(({ flags }) => flags[0]?.reason ?? '')).toEqual([
      '',
      expect.stringContaining('SCHEMA'),
      expect.stringContaining('INVALID_UTF8'),
    ]);
  });

  it('keeps vehicles apart that share an updateId', () => {
    const other = issue({ more: { topic: 'vehicle/updates/OTHER/issue_details' } });
    const state = [issue(), other].reduce(fold, newTimeline());
    expect(timelineOf(state, 'OTHER', UPDATE, START)!.entries).toHaveLength(1);
    expect(timelineOf(state, TEST_VIN, UPDATE, START)!.entries).toHaveLength(1);
    expect(timelineOf(state, 'OTHER', 'none', START)).toBeNull();
  });

  it('is bounded: the oldest updates go, further entries are counted', () => {
    const many = Array.from({ length: 510 }, (_, i) =>
      issue({ after: i, body: { updateId: `u${i}` } }),
    );
    expect(told(many)).toHaveLength(500);
    const long = Array.from({ length: 1_100 }, (_, i) =>
      progress(1, { after: i, body: { messageId: `m${i}`, seq: i, sender: `s${i}` } }),
    );
    const [view] = told(long);
    expect(view!.entries).toHaveLength(1_000);
    expect(view!.omitted).toBe(100);
  });

  it('never fails, and keeps every message of an update', () => {
    const any = fc.record({
      suffix: fc.constantFrom(
        'issue_details',
        'status',
        'status/acknowledgment',
        'progress',
        'command',
      ),
      body: fc.oneof(
        fc.constantFrom(whole[0]!.payload, whole[1]!.payload, whole[5]!.payload),
        fc.uint8Array({ maxLength: 20 }),
        fc.jsonValue().map((value) => new TextEncoder().encode(JSON.stringify(value))),
      ),
      at: fc.nat(1e6),
      mono: fc.nat(1e9),
      retain: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(any), (given) => {
        const messages = given.map(({ suffix, body, ...rest }) =>
          aCaptured({ topic: `vehicle/updates/${TEST_VIN}/${suffix}`, payload: body, ...rest }),
        );
        const views = told(messages);
        const kept = views.reduce((sum, { entries, omitted }) => sum + entries.length + omitted, 0);
        expect(kept).toBe(messages.length);
      }),
    );
  });
});
