import { describe, expect, it } from 'vitest';
import { importMosquitto } from './index.ts';

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
      'include_dir /etc/x\nconnection far\ntopic # both\nper_listener_settings true\nwhat ever\nport 1884\nport 1885\nallow_anonymous true\nallow_anonymous false\nlistener x\n';
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

  const detailsOf = (conf: string): [string, number, string][] =>
    importMosquitto(conf).listeners.map(({ host, port, detail }) => [host, port, detail]);

  it('takes 1 for true, as Mosquitto does, and says when a switch is neither', () => {
    const secure = 'listener 8883\ncertfile a\nkeyfile b\nrequire_certificate 1\n';
    expect(detailsOf(secure)[0]?.[2]).toContain('client certificates required');
    const { unsupported } = importMosquitto('listener 1884\nallow_anonymous yes\n');
    expect(unsupported).toMatchObject([{ line: 2, severity: 'high' }]);
  });

  it('gives rules and passwords to every listener, or to each its own where it says so', () => {
    const conf = 'listener 1884\nlistener 1885\nacl_file /a b\nallow_anonymous true\n';
    for (const [, , detail] of detailsOf(conf)) {
      expect(detail).toContain('clients without a name were allowed');
      expect(detail).toContain('access list /a b');
    }
    const own = detailsOf(`per_listener_settings true\nacl_file /general\n${conf}`);
    expect(own[0]?.[2]).toContain('no nameless clients; no access list');
    expect(own[1]?.[2]).toContain('access list /a b');
  });

  it('knows the default listener that options before the first listener open', () => {
    expect(detailsOf('')[0]?.slice(0, 2)).toEqual(['127.0.0.1', 1_883]);
    expect(detailsOf('')[0]?.[2]).toContain('clients without a name were allowed');
    for (const option of ['max_connections 5', 'cafile /x', 'protocol websockets']) {
      const ports = detailsOf(`${option}\nlistener 1884\n`).map(([, port]) => port);
      expect(ports, option).toEqual([1_883, 1_884]);
    }
    for (const option of ['protocol mqtt', 'max_connections -1', 'require_certificate false']) {
      const ports = detailsOf(`${option}\nlistener 1884\n`).map(([, port]) => port);
      expect(ports, option).toEqual([1_884]);
    }
    const [only] = detailsOf('bind_address 10.0.0.7\nport 1999\n');
    expect(only?.slice(0, 2)).toEqual(['10.0.0.7', 1_999]);
  });

  it('reads tabs and quotes, and says what Mosquitto makes of them', () => {
    const { listeners, unsupported } = importMosquitto(
      'listener\t1884\n\tacl_file /a\nkeyfile "/a b"\n  # indented\n',
    );
    expect(listeners).toMatchObject([{ port: 1_884 }]);
    expect(unsupported.map(({ line, option }) => [line, option])).toEqual([
      [1, 'listener'],
      [2, 'acl_file'],
      [3, 'keyfile'],
      [4, '#'],
    ]);
  });

  it.each(['0', '65536', '-1', '1e3', '0x10', '1883abc', '99999', '', '١٨٨٣'])(
    'leaves out the port %j and says so',
    (port) => {
      const conf = `listener 1884\nlistener ${port}\ncertfile /x\n`;
      const { listeners, unsupported } = importMosquitto(conf);
      expect(listeners.map((each) => each.port)).toEqual([1_884]);
      expect(unsupported).toMatchObject([{ line: 2, option: 'listener', severity: 'high' }]);
    },
  );

  it('names Unix sockets, plugins, bridges and old TLS with what they mean', () => {
    const { unsupported } = importMosquitto(
      'listener 0 /run/m.sock\nlistener 8883\ntls_version tlsv1.1\nplugin /x.so\nplugin_opt_file y\nauth_opt_z 1\nbridge_cafile /x\nlistener 8883\n',
    );
    expect(unsupported.map(({ line, severity }) => [line, severity])).toEqual([
      [1, 'medium'],
      [3, 'medium'],
      [4, 'high'],
      [5, 'low'],
      [6, 'low'],
      [7, 'medium'],
      [8, 'high'],
    ]);
    for (const { meaning } of unsupported) expect(meaning).not.toContain('not an option');
  });

  it('reads a megabyte of listeners, each of them once more, in little work', () => {
    const conf = Array.from({ length: 90_000 }, (_, n) => `listener ${String((n % 60_000) + 1)}`);
    const { listeners, unsupported } = importMosquitto(conf.join('\n'));
    expect(listeners).toHaveLength(64);
    expect(unsupported).toHaveLength(200);
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
