import { describe, expect, it } from 'vitest';
import { aManifest } from '#core/testing';
import type { DcuEvent, Offer } from './events.ts';
import { step } from './machine.ts';
import { blankState, type DcuState } from './state.ts';

/*
 * docs/PROTOCOL.md, “Commands and states”: each cell of the table, by the machine itself. A cell
 * is the state that follows, `=` where it stays, or the code of the refusal.
 */

const offer = (more: Partial<Offer> = {}): DcuEvent => ({
  type: 'offered',
  offer: { updateId: 'u1', ecuId: 'brake', manifest: aManifest(), ...more },
});
const why = { code: 'SELF_TEST_FAILED', detail: 'x' };
const evidence = { activeBank: 'A' as const, banks: [] };
const looking: DcuEvent[] = [
  { type: 'rollbackCommanded', rollback: { updateId: 'u1', ecuId: 'brake' } },
];
const switching: DcuEvent[] = [...looking, { type: 'previousFound', bank: 'B' }];
const downloading: DcuEvent[] = [offer(), { type: 'confirmed' }];
const securing: DcuEvent[] = [...downloading, { type: 'downloaded' }];
const installing: DcuEvent[] = [...securing, { type: 'secured', bank: 'B' }];
const rebooting: DcuEvent[] = [...installing, { type: 'written' }];
const testing: DcuEvent[] = [...rebooting, { type: 'booted', bank: 'B' }];
const command = (name: 'pause' | 'resume' | 'cancel' | 'install'): DcuEvent => ({
  ...{ type: 'commanded', command: name, updateId: 'u1', inReplyTo: 'm1' },
});

const STATES: Record<string, DcuEvent[]> = {
  idle: [],
  waiting: [offer({ updateId: 'u0' }), offer()],
  checking: [offer()],
  downloading,
  'downloading, paused': [...downloading, command('pause')],
  awaiting: [offer({ confirm: true }), { type: 'confirmed' }, { type: 'downloaded' }],
  securing,
  installing,
  'installing, paused': [...installing, command('pause')],
  'installing, one bank': [...securing, { type: 'secured', bank: 'A', single: true }],
  rebooting,
  testing,
  committing: [...testing, { type: 'tested' }],
  reverting: [...testing, { type: 'failed', why }],
  proving: [...testing, { type: 'failed', why }, { type: 'reverted' }],
  cancelling: [...testing, command('cancel')],
  looking,
  switching,
  retesting: [...switching, { type: 'switched' }],
  returning: [...switching, { type: 'failed', why }],
  closing: [...looking, { type: 'failed', why }, { type: 'measured', evidence }],
};

const TABLE: Record<keyof typeof STATES, [string, string, string, string]> = {
  // state: pause, resume, cancel, install
  idle: ['NOTHING_RUNNING', 'NOTHING_RUNNING', 'NOTHING_RUNNING', 'NOTHING_RUNNING'],
  waiting: ['BUSY', 'BUSY', '=', 'BUSY'],
  checking: ['NOT_PAUSABLE', 'NOT_PAUSED', 'cancelling', 'BUSY'],
  downloading: ['downloading, paused', 'NOT_PAUSED', 'cancelling', 'BUSY'],
  'downloading, paused': ['NOT_PAUSABLE', 'downloading', 'cancelling', 'downloading'],
  awaiting: ['NOT_PAUSABLE', 'NOT_PAUSED', 'cancelling', 'securing'],
  securing: ['NOT_PAUSABLE', 'NOT_PAUSED', 'cancelling', 'BUSY'],
  installing: ['installing, paused', 'NOT_PAUSED', 'cancelling', 'BUSY'],
  'installing, paused': ['NOT_PAUSABLE', 'installing', 'cancelling', 'installing'],
  'installing, one bank': ['NOT_PAUSABLE', 'NOT_PAUSED', 'cancelling', 'BUSY'],
  rebooting: ['NOT_PAUSABLE', 'NOT_PAUSED', 'cancelling', 'BUSY'],
  testing: ['NOT_PAUSABLE', 'NOT_PAUSED', 'cancelling', 'BUSY'],
  committing: ['NOT_PAUSABLE', 'NOT_PAUSED', 'NOT_CANCELLABLE', 'BUSY'],
  reverting: ['NOT_PAUSABLE', 'NOT_PAUSED', 'NOT_CANCELLABLE', 'BUSY'],
  proving: ['NOT_PAUSABLE', 'NOT_PAUSED', 'NOT_CANCELLABLE', 'BUSY'],
  cancelling: ['NOT_PAUSABLE', 'NOT_PAUSED', 'NOT_CANCELLABLE', 'BUSY'],
  looking: ['NOT_PAUSABLE', 'NOT_PAUSED', 'NOT_CANCELLABLE', 'BUSY'],
  switching: ['NOT_PAUSABLE', 'NOT_PAUSED', 'NOT_CANCELLABLE', 'BUSY'],
  retesting: ['NOT_PAUSABLE', 'NOT_PAUSED', 'NOT_CANCELLABLE', 'BUSY'],
  returning: ['NOT_PAUSABLE', 'NOT_PAUSED', 'NOT_CANCELLABLE', 'BUSY'],
  closing: ['NOTHING_RUNNING', 'NOTHING_RUNNING', 'NOTHING_RUNNING', 'NOTHING_RUNNING'],
};

const reach = (events: readonly DcuEvent[]): DcuState =>
  events.reduce((state, event) => step(state, event).state, blankState);
const nameOf = ({ run }: DcuState): string => {
  if (run.kind === 'installing' && run.single) return 'installing, one bank';
  return 'held' in run && run.held ? `${run.kind}, paused` : run.kind;
};

describe('a command in each state', () => {
  for (const [state, events] of Object.entries(STATES)) {
    (['pause', 'resume', 'cancel', 'install'] as const).forEach((name, column) => {
      const expected = TABLE[state]![column]!;
      const isRefusal = /^[A-Z_]+$/.test(expected);
      it(`${name} while ${state}: ${isRefusal ? `refused ${expected}` : expected}`, () => {
        const before = reach(events);
        if (state !== 'waiting') expect(nameOf(before)).toBe(state);
        const { state: after, effects } = step(before, command(name));
        const refusals = effects.flatMap((effect) =>
          effect.type === 'refuseCommand' ? [effect] : [],
        );
        if (isRefusal) {
          expect(refusals).toMatchObject([
            { command: name, inReplyTo: 'm1', why: { code: expected } },
          ]);
          expect(refusals[0]?.why.detail).not.toBe('');
          expect({ ...after, owed: [] }).toEqual({ ...before, owed: [] });
        } else {
          expect(refusals).toEqual([]);
          if (expected !== '=') expect(nameOf(after)).toBe(expected);
        }
      });
    });
  }
});

it('a bundle that waits leaves the queue whichever of its ECUs is named, but for no other', () => {
  const members = ['gateway', 'brake'].map((ecuId) => ({ ecuId, manifest: aManifest() }));
  const group = { bundleId: 'b1', members, at: 0 };
  const waiting = reach([offer({ updateId: 'u0' }), offer({ ecuId: 'gateway', group })]);
  const cancel = (ecuId: string) => step(waiting, { ...command('cancel'), ecuId } as DcuEvent);
  for (const ecuId of ['gateway', 'brake']) {
    const { state, effects } = cancel(ecuId);
    expect(state.queue).toEqual([]);
    expect(effects).toMatchObject([{ type: 'announce', status: 'cancelled', ecuId: '' }]);
  }
  expect(cancel('wiper').effects).toMatchObject([{ why: { code: 'UPDATE_UNKNOWN' } }]);
});
