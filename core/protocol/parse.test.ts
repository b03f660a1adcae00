import { describe, expect, it } from 'vitest';
import {
  checkExpiry,
  decodePayload,
  parseMessage,
  type JsonObject,
  type MessageKind,
} from '#core/protocol';
import { anIssue, TEST_VIN } from '#core/testing';

const refusing = (code: string, reason: string): unknown =>
  expect.objectContaining({ code, reason: expect.stringContaining(reason) as string });

/** As it would arrive: through bytes. */
const arrived = (object: unknown): JsonObject =>
  decodePayload(Buffer.from(JSON.stringify(object), 'utf8'));

describe('parseMessage', () => {
  it.each<[MessageKind, object]>([
    ['issue_details', { version: '3.0.1', description: 'Secure update' }],
    ['status', { status: 'Available', version: '3.0.1' }],
    ['acknowledgment', { acknowledgment: 'Acknowledged' }],
    ['progress', { progress: 25, status: 'downloading' }],
    ['command', { command: 'rollback' }],
    ['presence', { online: false }],
    ['inventory', { ecus: [] }],
  ])('understands the minimal %s of a short script', (kind, minimal) => {
    expect(parseMessage(kind, TEST_VIN, arrived(minimal))).toEqual(minimal);
  });

  it('keeps members it does not know, in the order they came', () => {
    const text = '{"zeta":{"deep":[1]},"description":"d","version":"1","alpha":null}';
    const object = decodePayload(Buffer.from(text));
    expect(JSON.stringify(parseMessage('issue_details', TEST_VIN, object))).toBe(text);
  });

  it('reads our own issue, manifest and all', () => {
    const issue = anIssue();
    expect(parseMessage('issue_details', TEST_VIN, arrived(issue))).toEqual(issue);
  });

  it.each<[string, MessageKind, object, string]>([
    ['a missing member', 'issue_details', { version: '1' }, 'description'],
    ['an unknown status', 'status', { status: 'available', version: '1' }, 'status'],
    ['progress over 100', 'progress', { progress: 101, status: 'downloading' }, 'progress'],
    ['progress in fractions', 'progress', { progress: 0.5, status: 'downloading' }, 'progress'],
    ['an unknown command', 'command', { command: 'reboot' }, 'command'],
    ['a local time', 'command', { command: 'report', expires: '2026-01-01T00:00:00' }, 'expires'],
    [
      'a fault deep inside',
      'issue_details',
      { ...anIssue(), manifest: { ...anIssue().manifest, firmware: { name: 'a', length: 1 } } },
      'manifest.firmware.sha256',
    ],
  ])('[G1] refuses %s and names the member', (_what, kind, object, path) => {
    expect(() => parseMessage(kind, TEST_VIN, arrived(object))).toThrow(
      refusing('SCHEMA', `${kind}: ${path}`),
    );
  });

  it('[P3] refuses a payload that names another vehicle than its topic', () => {
    expect(() => parseMessage('issue_details', 'OTHER', arrived(anIssue()))).toThrow(
      refusing('VIN_MISMATCH', `the topic names OTHER, the payload "${TEST_VIN}"`),
    );
    // The same vehicle in other capitals is another one.
    const lower = anIssue({ vin: TEST_VIN.toLowerCase() });
    expect(() => parseMessage('issue_details', TEST_VIN, arrived(lower))).toThrow(
      refusing('VIN_MISMATCH', TEST_VIN),
    );
  });
});

describe('checkExpiry', () => {
  const expires = '2026-01-02T03:04:05.000Z';
  const end = Date.parse(expires);

  it('[P5] accepts until the very millisecond', () => {
    expect(() => {
      checkExpiry({ expires }, end);
      checkExpiry({}, end);
    }).not.toThrow();
    expect(() => {
      checkExpiry({ expires }, end + 1);
    }).toThrow(refusing('EXPIRED', '0.001 s'));
  });

  it('[P5] refuses what has ended and tells both clocks and their difference', () => {
    expect(() => {
      checkExpiry({ expires, issuedAt: '2026-01-02T03:00:00.000Z' }, end + 12_345);
    }).toThrow(
      refusing(
        'EXPIRED',
        'expired 12.345 s ago: expires 2026-01-02T03:04:05.000Z, this clock says 2026-01-02T03:04:17.345Z, it was issued at 2026-01-02T03:00:00.000Z',
      ),
    );
  });
});
