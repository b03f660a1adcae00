import { describe, expect, it } from 'vitest';
import { pahoSnippet } from './paho-snippet.ts';

const given = {
  url: 'mqtt://127.0.0.1:41883',
  user: 'backend',
  password: 'p"w\\d',
  root: 'vehicle/updates',
  vin: 'VIN1',
};

describe('pahoSnippet', () => {
  it('carries address, user and topics', () => {
    const snippet = pahoSnippet(given);
    expect(snippet).toContain('client.connect("127.0.0.1", 41883)');
    expect(snippet).toContain('vehicle = "vehicle/updates/VIN1"');
  });

  it('quotes what could end a string', () => {
    expect(pahoSnippet(given)).toContain('username_pw_set("backend", "p\\"w\\\\d")');
  });

  it('takes the standard port where the address names none', () => {
    expect(pahoSnippet({ ...given, url: 'mqtt://broker.local' })).toContain('"broker.local", 1883');
  });
});
