import { describe, expect, it } from 'vitest';
import { checkOpenFiles } from './open-files.ts';
import { outcomeIn } from './overheard.ts';
import { createTally } from './tally.ts';

const payload = (message: object): Uint8Array =>
  new Uint8Array(Buffer.from(JSON.stringify(message)));

describe('checkOpenFiles', () => {
  it('refuses more vehicles than there may be connections, and says how many may be', () => {
    expect(() => {
      checkOpenFiles(5_000, 1_024, 1);
    }).toThrow(
      expect.objectContaining({
        code: 'OPEN_FILES_LIMIT',
        reason: '5000 vehicles need 5064 open files, this process may have 1024',
        next: expect.stringContaining('ulimit -n 5064') as unknown,
      }),
    );
    expect(() => {
      checkOpenFiles(5_000, 1_024, 1);
    }).toThrow(
      expect.objectContaining({ next: expect.stringMatching(/take 960 vehicles/) as unknown }),
    );
  });

  it('says nothing where they fit, or where the system sets no limit', () => {
    expect(() => {
      checkOpenFiles(960, 1_024, 1);
      checkOpenFiles(480, 1_024, 2);
      checkOpenFiles(28_000, null, 2);
    }).not.toThrow();
    expect(() => {
      checkOpenFiles(481, 1_024, 2);
    }).toThrow();
  });
});

describe('the words of a vehicle', () => {
  it.each([
    ['acknowledgment', { acknowledgment: 'Acknowledged' }, 'updating'],
    ['acknowledgment', { acknowledgment: 'Refused', reason: {} }, 'refused'],
    ['acknowledgment', { acknowledgment: 'Refused', command: 'pause' }, null],
    ['progress', { progress: 40, status: 'downloading' }, 'updating'],
    ['progress', { progress: 80, status: 'rolling_back' }, 'updating'],
    ['progress', { progress: 100, status: 'completed' }, 'completed'],
    ['progress', { progress: 0, status: 'rolled_back' }, 'rolled_back'],
    ['progress', { progress: 0, status: 'failed' }, 'failed'],
    ['progress', { status: 'completed', bundleId: 'b', ecuId: 'brake' }, 'updating'],
    ['progress', { status: 'rolled_back', bundleId: 'b', ecuId: 'brake' }, 'updating'],
    ['progress', { status: 'completed', bundleId: 'b' }, 'completed'],
    ['inventory', { ecus: [] }, null],
  ])('%s %j counts as %s', (kind, message, outcome) => {
    expect(outcomeIn(kind, payload(message))).toBe(outcome);
  });
});

describe('the tally', () => {
  it('always adds up to the whole fleet', () => {
    let changes = 0;
    const tally = createTally(3, () => (changes += 1));
    tally.moved('waiting', 'connecting');
    tally.moved('connecting', 'connected');
    tally.moved('connected', 'lost');
    tally.moved('lost', 'lost');
    tally.turned('none', 'updating');
    tally.turned('updating', 'completed');
    const { standing, updates, losses } = tally.read();
    expect(standing).toEqual({ waiting: 2, connecting: 0, connected: 0, lost: 1 });
    expect(updates).toMatchObject({ none: 2, completed: 1 });
    expect([losses, changes]).toEqual([1, 5]);
  });
});
