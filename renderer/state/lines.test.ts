import type { TrafficRow } from '#core/contract';
import { describe, expect, it } from 'vitest';
import { linesOf, topicWords } from './lines.ts';

const ROOT = 'vehicle/updates';

function aRow(id: number, suffix: string): TrafficRow {
  return {
    id,
    at: id,
    monotonicUs: id,
    source: 'broker',
    direction: null,
    clientId: null,
    topic: `${ROOT}/VIN1/${suffix}`,
    qos: 1,
    retain: false,
    dup: false,
    size: 10,
    preview: '',
    cut: false,
    kind: 'publish',
    code: null,
    aclLine: null,
    marked: false,
  };
}

describe('topicWords', () => {
  it.each([
    ['vehicle/updates/VIN1/issue_details', 'issue_details'],
    ['vehicle/updates/VIN1/status/acknowledgment', 'acknowledgment'],
    ['vehicle/updates/VIN1/firmware/u1/block', 'firmware'],
  ])('reads %s', (topic, kind) => {
    expect(topicWords(ROOT, topic)).toEqual({ vin: 'VIN1', kind });
  });

  it.each(['other/VIN1/status', 'vehicle/updates', 'vehicle/updates/VIN1', 'vehicle/updatesX/V/s'])(
    'does not claim %s',
    (topic) => {
      expect(topicWords(ROOT, topic)).toBeNull();
    },
  );
});

describe('linesOf', () => {
  it('tells a run of firmware messages as one line with the newest row', () => {
    const rows = [
      aRow(1, 'progress'),
      aRow(2, 'firmware/u/request'),
      aRow(3, 'firmware/u/block'),
      aRow(4, 'progress'),
      aRow(5, 'firmware/u/request'),
    ];
    expect(
      linesOf(ROOT, rows).map((line) =>
        line.kind === 'blocks' ? [line.row.id, line.count, line.size] : line.row.id,
      ),
    ).toEqual([1, [3, 2, 20], 4, [5, 1, 10]]);
  });

  it('leaves out who connects and subscribes, and keeps what was refused', () => {
    const subscribed: TrafficRow = { ...aRow(1, 'status'), kind: 'subscribe' };
    const refused: TrafficRow = { ...aRow(2, 'firmware/u/block'), kind: 'refused' };
    expect(linesOf(ROOT, [subscribed, refused])).toEqual([{ kind: 'message', row: refused }]);
  });
});
