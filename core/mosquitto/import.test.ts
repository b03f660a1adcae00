import { describe, expect, it } from 'vitest';
import { exportMosquitto, importMosquitto } from './index.ts';

const CONF = `# secure
listener 8883
cafile /etc/mosquitto/certs/ca.crt
certfile /etc/mosquitto/certs/server.crt
keyfile /etc/mosquitto/certs/server.key
require_certificate true
use_identity_as_username true
acl_file /etc/mosquitto/acl.conf
listener 9001 127.0.0.1
protocol websockets
`;
const PEM = '-----BEGIN X-----\n';

describe('importMosquitto', () => {
  it('reads listeners with what protects them', () => {
    const { listeners, unsupported, acl } = importMosquitto(CONF, 'user a\n');
    expect(listeners).toMatchObject([
      { line: 2, kind: 'tls', host: '0.0.0.0', port: 8883 },
      { line: 9, kind: 'ws', host: '127.0.0.1', port: 9001 },
    ]);
    expect(listeners[0]?.detail).toContain('client certificates required; names from certificates');
    expect(unsupported).toEqual([]);
    expect(acl).toBe('user a\n');
    expect(importMosquitto(CONF.replaceAll('\n', '\r\n')).listeners).toEqual(listeners);
    expect(importMosquitto(`\uFEFF${CONF}`).listeners).toEqual(listeners);
  });

  it('names what it does not take over, and what that means', () => {
    const conf =
      'include_dir /etc/x\nconnection far\ntopic # both\nper_listener_settings true\nwhat ever\nport 1884\nport 1884\nallow_anonymous true\nallow_anonymous false\nlistener x\n';
    const { unsupported } = importMosquitto(conf);
    expect(unsupported.map(({ line, option }) => [line, option])).toEqual([
      [1, 'include_dir'],
      [2, 'connection'],
      [3, 'topic'],
      [4, 'per_listener_settings'],
      [5, 'what'],
      [7, 'port'],
      [9, 'allow_anonymous'],
      [10, 'listener'],
    ]);
  });

  it('survives garbage and lines of a megabyte', () => {
    for (const text of [
      '\0\u0001\n'.repeat(100_000),
      `x${'y'.repeat(1_048_576)}`,
      ' '.repeat(1_048_576),
      '__proto__ x\n',
    ]) {
      expect(importMosquitto(text).unsupported.length).toBeLessThanOrEqual(200);
    }
  });
});

describe('exportMosquitto', () => {
  const setup = {
    caPem: PEM,
    server: { cn: 'broker', certPem: PEM, keyPem: PEM },
    crlPem: null,
    aclText: 'user a\ntopic x',
    port: 8883,
    host: '127.0.0.1',
  };
  it('writes what it reads', () => {
    const conf = exportMosquitto(setup).find(({ name }) => name === 'mosquitto.conf');
    const { listeners, unsupported } = importMosquitto(Buffer.from(conf?.bytes ?? []).toString());
    expect(listeners).toMatchObject([{ kind: 'tls', host: '127.0.0.1', port: 8883 }]);
    expect(unsupported).toEqual([]);
  });
  it('refuses what Mosquitto would refuse', () => {
    expect(() => exportMosquitto({ ...setup, aclText: 'bad' })).toThrow(
      expect.objectContaining({ code: 'ACL_SYNTAX' }),
    );
    expect(() => exportMosquitto({ ...setup, host: 'a\nuser root' })).toThrow(
      expect.objectContaining({ code: 'PATH_UNSAFE' }),
    );
    expect(() => exportMosquitto({ ...setup, caPem: '' })).toThrow(
      expect.objectContaining({ code: 'FILE_MISSING' }),
    );
  });
});
