import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  assertTopicFilter,
  assertTopicName,
  createTopics,
  messageSchemas,
  qosOf,
  retainOf,
  topicMatches,
  type MessageKind,
} from '#core/protocol';

const VIN = 'VIN1234567890';
const UPDATE = '0193f3a0-0000-7000-8000-0000000000aa';
const kinds = Object.keys(messageSchemas) as MessageKind[];
const refusing = (code: string): unknown => expect.objectContaining({ code });

describe('createTopics', () => {
  const topics = createTopics();

  it.each([
    ['issue_details', `vehicle/updates/${VIN}/issue_details`, 1, false],
    ['status', `vehicle/updates/${VIN}/status`, 1, false],
    ['acknowledgment', `vehicle/updates/${VIN}/status/acknowledgment`, 1, false],
    ['progress', `vehicle/updates/${VIN}/progress`, 1, false],
    ['command', `vehicle/updates/${VIN}/command`, 2, false],
    ['inventory', `vehicle/updates/${VIN}/inventory`, 1, true],
    ['presence', `vehicle/updates/${VIN}/presence`, 1, true],
    ['firmware_request', `vehicle/updates/${VIN}/firmware/${UPDATE}/request`, 1, false],
    ['firmware_block', `vehicle/updates/${VIN}/firmware/${UPDATE}/block`, 1, false],
  ] as const)('sends %s to its own topic', (kind, topic, qos, retain) => {
    expect(topics.of(kind, VIN, UPDATE)).toBe(topic);
    expect(qosOf(kind)).toBe(qos);
    expect(retainOf(kind)).toBe(retain);
  });

  it('reads back every topic it makes, under any root', () => {
    const vin = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/);
    const root = fc.constantFrom('vehicle/updates', 'a', 'fleet/α/β', 'status', 'x/y/firmware');
    fc.assert(
      fc.property(root, fc.constantFrom(...kinds), vin, fc.uuid(), (name, kind, v, id) => {
        const own = createTopics(name);
        const address = own.parse(own.of(kind, v, id));
        expect(address).toMatchObject({ kind, vin: v });
        expect(address?.updateId).toBe(kind.startsWith('firmware_') ? id : undefined);
        expect(topicMatches(own.filter(kind), own.of(kind, v, id))).toBe(true);
        expect(topicMatches(own.filter(kind, v, id), own.of(kind, v, id))).toBe(true);
      }),
    );
  });

  it.each([
    'vehicle/updates',
    'vehicle/updates/',
    `vehicle/updates/${VIN}`,
    `vehicle/updates/${VIN}/`,
    `vehicle/updates/${VIN}/status/`,
    `vehicle/updates/${VIN}/status/acknowledgment/x`,
    `vehicle/updates//status`,
    `vehicle/updates/${VIN}/firmware/${UPDATE}`,
    `vehicle/updates/${VIN}/firmware/${UPDATE}/other`,
    `vehicle/updates/${VIN}/firmware//block`,
    `vehicle/updates/${VIN}/firmware/{updateId}/block`,
    `vehicle/updates/${VIN}/firmware/a/b/block`,
    `vehicle/updates/{VIN}/status`,
    `vehicle/updates/V I N/status`,
    `vehicle/updatesX/${VIN}/status`,
    `Vehicle/updates/${VIN}/status`,
    '$SYS/broker/uptime',
  ])('takes %j for none of ours', (topic) => {
    expect(topics.parse(topic)).toBeNull();
  });

  it('makes the filters that a subscriber needs', () => {
    expect(topics.filter('status')).toBe('vehicle/updates/+/status');
    expect(topics.filter('status', VIN)).toBe(`vehicle/updates/${VIN}/status`);
    expect(topics.filter('firmware_request', VIN)).toBe(
      `vehicle/updates/${VIN}/firmware/+/request`,
    );
  });

  it('refuses a vehicle or an update that is not one level', () => {
    expect(() => topics.of('status', '+')).toThrow(refusing('VIN_SYNTAX'));
    expect(() => topics.of('status', 'a/b')).toThrow(refusing('VIN_SYNTAX'));
    expect(() => topics.of('firmware_block', VIN)).toThrow(refusing('TOPIC_SYNTAX'));
    expect(() => topics.of('firmware_block', VIN, '+')).toThrow(refusing('TOPIC_SYNTAX'));
    expect(() => topics.of('firmware_block', VIN, 'a/b')).toThrow(refusing('TOPIC_SYNTAX'));
    expect(() => topics.filter('status', '#')).toThrow(refusing('VIN_SYNTAX'));
  });

  it.each(['', '/a', 'a/', 'a//b', '+/a', 'a/#', '$SYS', 'a\u0000', 'a\nb', 'x'.repeat(201)])(
    'refuses the root %j',
    (root) => {
      expect(() => createTopics(root)).toThrow(refusing('TOPIC_SYNTAX'));
    },
  );
});

describe('topic names and filters', () => {
  it.each(['a', '/', 'a/b', '/a', 'a/', 'a b', '$SYS/x', 'x'.repeat(65_535)])(
    '%j is a topic',
    (t) => {
      expect(() => {
        assertTopicName(t);
      }).not.toThrow();
    },
  );

  it.each(['', 'a/+', 'a/#', 'a+b', 'a\u0000', '\ud800', 'x'.repeat(65_536)])(
    '%j is no topic',
    (topic) => {
      expect(() => {
        assertTopicName(topic);
      }).toThrow(refusing('TOPIC_SYNTAX'));
    },
  );

  it.each(['#', '+', '+/+/#', 'a/+/b', 'a/#', '/', '/+', '$SYS/#'])('%j is a filter', (filter) => {
    expect(() => {
      assertTopicFilter(filter);
    }).not.toThrow();
  });

  it.each(['', 'a#', 'a/#/b', '#/a', '##', 'a+', '+a/b', 'a/++', 'a\u0000', 'é'.repeat(32_768)])(
    '%j is no filter',
    (filter) => {
      expect(() => {
        assertTopicFilter(filter);
      }).toThrow(refusing('FILTER_SYNTAX'));
    },
  );

  it.each([
    ['sport/tennis/player1/#', 'sport/tennis/player1', true],
    ['sport/tennis/player1/#', 'sport/tennis/player1/score/wimbledon', true],
    ['sport/#', 'sport', true],
    ['#', 'a/b', true],
    ['sport/tennis/+', 'sport/tennis/player1/ranking', false],
    ['sport/+', 'sport', false],
    ['sport/+', 'sport/', true],
    ['+/+', '/finance', true],
    ['/+', '/finance', true],
    ['+', '/finance', false],
    ['#', '$SYS/x', false],
    ['+/monitor', '$SYS/monitor', false],
    ['$SYS/#', '$SYS/x', true],
    ['$SYS/monitor/+', '$SYS/monitor/Clients', true],
    ['a/$x/+', 'a/$x/b', true],
    ['Accounts', 'ACCOUNTS', false],
  ])('MQTT 4.7: %j on %j is %s', (filter, topic, expected) => {
    expect(topicMatches(filter, topic)).toBe(expected);
  });

  it('MQTT 4.7: agrees with the naive reading of the specification', () => {
    const level = fc.constantFrom('', 'a', 'b', '$a');
    const topic = fc.array(level, { minLength: 1, maxLength: 4 });
    const filter = fc
      .tuple(fc.array(fc.oneof(level, fc.constant('+')), { maxLength: 4 }), fc.boolean())
      .map(([levels, all]) => (all ? [...levels, '#'] : levels))
      .filter((levels) => levels.join('/') !== '');
    fc.assert(
      fc.property(filter, topic, (wanted, found) => {
        fc.pre(found.join('/') !== '');
        expect(topicMatches(wanted.join('/'), found.join('/'))).toBe(naive(wanted, found));
      }),
      { numRuns: 3_000 },
    );
  });
});

/** Section 4.7 said again as a recursion over levels. */
function naive(wanted: string[], found: string[]): boolean {
  const hidden = found[0]?.startsWith('$') ?? false;
  if (hidden && (wanted[0] === '+' || wanted[0] === '#')) return false;
  return levelsMatch(wanted, found);
}
function levelsMatch([w, ...ws]: string[], found: string[]): boolean {
  if (w === undefined) return found.length === 0;
  if (w === '#') return true;
  const [f, ...fs] = found;
  return f !== undefined && (w === '+' || w === f) && levelsMatch(ws, fs);
}
