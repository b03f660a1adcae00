import { describe, expect, it } from 'vitest';
import type { PublishRecord } from '#core/contract';
import type { Client } from '../connect.ts';
import {
  draftFrom,
  emptyDraft,
  userFrom,
  userLines,
  variablesIn,
  withProperty,
} from './publish-draft.ts';
import { sendDraft } from './publish-send.ts';

const aRecord = (bytes: Uint8Array, size = bytes.length): PublishRecord => ({
  ...{ id: 1, at: 0, connection: 'own', connectionName: 'own', topic: 't', qos: 1, retain: true },
  ...{ payloadBase64: btoa(String.fromCharCode(...bytes)), size, properties: null },
  outcome: { kind: 'sent', answer: null },
});

it('asks for the variables that the bench cannot fill in, each once', () => {
  const payload = '{"at":"{{now}}","n":{{n}},"vin":"{{vin}}","again":"{{ vin }}","who":"{{who}}"}';
  expect(variablesIn({ ...emptyDraft, topic: 'car/{{vin}}/{{uuid}}', payload })).toEqual([
    'vin',
    'who',
  ]);
});

describe('what was sent before', () => {
  it('comes back into the fields when they can hold the same bytes', () => {
    const text = new TextEncoder().encode('\ufeff{"ü":1}\u0000');
    expect(draftFrom(aRecord(text))).toMatchObject({ payload: '\ufeff{"ü":1}\u0000', qos: 1 });
    expect(draftFrom(aRecord(new Uint8Array()))).toMatchObject({ payload: '' });
  });

  it('does not when they would change it', () => {
    expect(draftFrom(aRecord(Uint8Array.of(0x7b, 0xff)))).toBeNull();
    expect(draftFrom(aRecord(new Uint8Array(), 20_000))).toBeNull();
  });
});

it('takes an empty property for none, and user properties line by line', () => {
  const some = withProperty(null, 'contentType', 'a/b');
  expect(some).toEqual({ contentType: 'a/b' });
  expect(withProperty(some, 'contentType', '')).toBeNull();
  const user = userFrom('a: 1\n\na: http://x\nb');
  expect(user).toEqual([
    ['a', '1'],
    ['a', 'http://x'],
    ['b', ''],
  ]);
  expect(userLines(user)).toBe('a: 1\na: http://x\nb: ');
  expect(userFrom(' \n')).toBeUndefined();
});

it.each([
  ['tells a message that went as sent', () => Promise.resolve(), 'sent'],
  ['keeps the refusal of one that did not', () => Promise.reject(new Error('refused')), 'refused'],
])('%s, although the history cannot be read after it', async (_, send, is) => {
  const publish = { send, history: () => Promise.reject(new Error('queue closed')) };
  const client = { publish } as unknown as Client;
  const told = sendDraft(client, 'own', emptyDraft, {}, '', () => undefined).then(
    () => 'sent',
    (error: unknown) => (error as Error).message,
  );
  expect(await told).toBe(is);
});
