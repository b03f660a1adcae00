import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { UpdateView } from '#core/contract';
import type { Client } from '../../connect.ts';
import type * as Guided from '../../state/guided.store.ts';
import { freshRun } from '../../state/guided-steps.ts';
import type * as Screens from '../../state/screen.store.ts';
import type * as Session from './report-session.ts';

// Before the stores are read: the screen is in the address, the run in the window's storages.
function aStorage(kept: Record<string, string> = {}) {
  return {
    getItem: (name: string) => kept[name] ?? null,
    setItem: (name: string, text: string) => {
      kept[name] = text;
    },
  };
}
const nothing = (): void => undefined;
const theirs = { vin: 'VIN0', updateId: 'left' };

let guided: typeof Guided;
let session: typeof Session;
let showScreen: typeof Screens.showScreen;
let useScreen: typeof Screens.useScreen;

beforeAll(async () => {
  vi.stubGlobal('window', { addEventListener: nothing });
  vi.stubGlobal('location', { hash: '#/guided/confirm' });
  vi.stubGlobal('history', { pushState: nothing, replaceState: nothing });
  vi.stubGlobal('sessionStorage', aStorage());
  vi.stubGlobal('localStorage', aStorage({ 'ota-bench-guided-open': JSON.stringify([theirs]) }));
  guided = await import('../../state/guided.store.ts');
  session = await import('./report-session.ts');
  ({ showScreen, useScreen } = await import('../../state/screen.store.ts'));
});
afterAll(() => {
  vi.unstubAllGlobals();
});

const run = () => guided.useGuided.getState().run;
const work = { operator: 'An', purpose: 'recall' };
const chosen = [{ releaseId: 'r', ecuId: 'brake' }];

/** A core that answers when it is told to, and notes what is asked of it. */
function aCore(its: { sessions?: object[]; attached?: string[] } = {}) {
  const starting = Promise.withResolvers<{ updateId: string }>();
  const beginning = Promise.withResolvers<{ sessionId: string }>();
  const finishing = Promise.withResolvers<{ reportId: string; updateIds: string[] }>();
  const said: string[] = [];
  const client = {
    guided: {
      start: ({ vin }: { vin: string }) => {
        said.push(`start ${vin}`);
        return starting.promise;
      },
    },
    reports: {
      running: () => Promise.resolve(its.sessions ?? []),
      begin: ({ vin }: { vin: string }) => {
        said.push(`begin ${vin}`);
        return beginning.promise;
      },
      attach: ({ sessionId }: { sessionId: string }) => {
        said.push(`attach ${sessionId}`);
        return Promise.resolve({});
      },
      discard: ({ sessionId }: { sessionId: string }) => {
        said.push(`discard ${sessionId}`);
        return Promise.resolve({});
      },
      finish: ({ remarks }: { remarks?: string }) => {
        said.push(`finish ${remarks ?? ''}`);
        return finishing.promise;
      },
    },
  } as unknown as Client;
  return { client, said, starting, beginning, finishing };
}

beforeEach(() => {
  guided.changeRun({ ...freshRun, ...work, vin: 'VIN1', chosen, startId: 'start' });
});

describe('an answer for a vehicle that was left meanwhile', () => {
  it('is no update of the vehicle that was chosen then', async () => {
    const { client, starting } = aCore();
    const started = session.startUpdate(client, run());
    guided.startAnew();
    guided.chooseVehicle('VIN2');
    starting.resolve({ updateId: 'one' });
    await started;
    expect(run()).toMatchObject({ vin: 'VIN2', updateId: null });
    guided.join({ vin: 'VIN1', updateId: 'one' } as UpdateView);
    expect(run()).toMatchObject({ vin: 'VIN1', updateId: 'one', chosen });
  });

  it('is no session of the vehicle that was chosen then', async () => {
    guided.changeRun({ startId: null, chosen: [] });
    const { client, said, beginning } = aCore();
    const begun = session.beginWork(client, run());
    guided.chooseVehicle('VIN2');
    beginning.resolve({ sessionId: 's1' });
    await begun;
    expect(run()).toMatchObject({ vin: 'VIN2', sessionId: null });
    expect(said).toEqual(['begin VIN1', 'discard s1']);
  });

  it('is no report of the vehicle that was chosen then', async () => {
    guided.changeRun({ updateId: 'one', sessionId: 's1' });
    const { client, finishing } = aCore();
    const finished = session.finishReport(client, run());
    guided.startAnew();
    finishing.resolve({ reportId: 'report', updateIds: ['one'] });
    await finished;
    expect(run()).toMatchObject({ vin: null, reportId: null });
  });
});

describe('startAnew', () => {
  it('fetches nobody back from another screen', () => {
    showScreen('reports');
    guided.startAnew();
    expect(useScreen.getState().screen).toBe('reports');
    showScreen('guided', 'result');
    guided.startAnew();
    expect(useScreen.getState()).toMatchObject({ screen: 'guided', part: 'vehicle' });
  });
});

describe('startUpdate', () => {
  it('begins a session of its own where that of another vehicle was left', async () => {
    guided.changeRun({ sessionId: 's1' });
    const { client, said, beginning, starting } = aCore({
      sessions: [{ ...work, sessionId: 's1', vin: 'VIN0', order: null, updateIds: [] }],
    });
    beginning.resolve({ sessionId: 's2' });
    starting.resolve({ updateId: 'one' });
    await session.startUpdate(client, run());
    expect(said).toEqual(['discard s1', 'begin VIN1', 'start VIN1', 'attach s2']);
    expect(run()).toMatchObject({ updateId: 'one', sessionId: 's2' });
  });
});

describe('leaveSession', () => {
  it('signs the remarks that were written before another vehicle was asked for', async () => {
    guided.changeRun({ updateId: 'one', sessionId: 's1', remarks: 'hinge bent' });
    const { client, said, finishing } = aCore();
    finishing.resolve({ reportId: 'report', updateIds: ['one'] });
    await session.leaveSession(client, run(), { stage: 'completed' } as UpdateView);
    expect(said).toContain('finish hinge bent');
  });
});

describe('tryAgain', () => {
  it('leaves the report of the update before to that one', () => {
    const signed = { reportId: 'report', remarks: 'hinge bent' };
    guided.changeRun({ updateId: 'one', sessionId: 's1', ...signed });
    guided.tryAgain();
    expect(run()).toMatchObject({ vin: 'VIN1', chosen, updateId: null, reportId: null });
    expect(run().remarks).toBe('');
  });
});

describe('leftBehind', () => {
  const update = (updateId: string) => ({ updateId, stage: 'installing' }) as UpdateView;
  it('takes up what ran before this window was opened, not what another begins later', () => {
    localStorage.setItem(
      'ota-bench-guided-open',
      JSON.stringify([{ vin: 'VIN9', updateId: 'later' }, theirs]),
    );
    expect(guided.leftBehind([update('later')])).toBeNull();
    expect(guided.leftBehind([update('later'), update('left')])?.updateId).toBe('left');
  });
});
