import { describe, expect, it } from 'vitest';
import { pahoSnippet } from './paho-snippet.ts';

const given = {
  url: 'mqtt://127.0.0.1:41883',
  login: { kind: 'password', user: 'backend', password: 'p"w\\d' },
  root: 'vehicle/updates',
  vin: 'VIN1',
} as const;

const secure = {
  ...given,
  url: 'mqtts://localhost:8883',
  login: { kind: 'certificate', ca: 'ca.pem', certificate: 'b.pem', key: 'b.key' },
} as const;

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
    expect(pahoSnippet({ ...secure, url: 'mqtts://broker.local' })).toContain(
      '"broker.local", 8883',
    );
  });

  it('shows a certificate over TLS, and no password then', () => {
    const snippet = pahoSnippet(secure);
    expect(snippet).toContain('client.tls_set(ca_certs="ca.pem",');
    expect(snippet).toContain('certfile="b.pem", keyfile="b.key")');
    expect(snippet).toContain('client.connect("localhost", 8883)');
    expect(snippet).not.toContain('username_pw_set');
  });

  it('writes an IPv6 address as a socket takes it', () => {
    expect(pahoSnippet({ ...given, url: 'mqtt://[::1]:1883' })).toContain('connect("::1", 1883)');
  });
});
