import { describe, expect, it } from 'vitest';
import { seededRandom } from '#core/testing';
import { type MosquittoSetup, exportMosquitto, importMosquitto } from './index.ts';

const PEM = '-----BEGIN X-----\n';
const tls = { kind: 'tls', host: '127.0.0.1', port: 8883 } as const;
const setup: MosquittoSetup = {
  caPem: PEM,
  server: { cn: 'broker', certPem: PEM, keyPem: PEM },
  crlPem: PEM,
  aclText: 'user a\ntopic x',
  listeners: [tls],
  users: [{ user: 'VIN1', password: 'pass wörd' }],
  random: seededRandom('export'),
};
const everyOne: MosquittoSetup['listeners'] = [
  tls,
  { kind: 'tlsPassword', host: '0.0.0.0', port: 8884 },
  { kind: 'wss', host: 'localhost', port: 8084 },
  { kind: 'tcp', host: 'localhost', port: 1883 },
  { kind: 'ws', host: '::1', port: 8083 },
];

function filesOf(changed: Partial<MosquittoSetup> = {}): Map<string, string> {
  const files = exportMosquitto({ ...setup, ...changed });
  return new Map(files.map(({ name, bytes }) => [name, Buffer.from(bytes).toString()]));
}

describe('the default set-up', () => {
  it('is one listener for certificates, without a word of passwords', () => {
    const files = filesOf();
    expect([...files.keys()]).toEqual([
      ...['mosquitto.conf', 'acl.conf', 'certs/ca.crt', 'certs/server.crt', 'certs/server.key'],
      ...['certs/crl.pem', 'start.sh', 'README.txt'],
    ]);
    expect(files.get('mosquitto.conf')?.split('\n').slice(2)).toEqual([
      'per_listener_settings false',
      'allow_anonymous false',
      'acl_file acl.conf',
      'set_tcp_nodelay true',
      '',
      'listener 8883 127.0.0.1',
      'tls_version tlsv1.2',
      'cafile certs/ca.crt',
      'certfile certs/server.crt',
      'keyfile certs/server.key',
      'crlfile certs/crl.pem',
      'require_certificate true',
      'use_identity_as_username true',
      '',
    ]);
    expect(files.get('README.txt')).toContain('There are no passwords here');
    expect(files.get('README.txt')).not.toContain('passwd');
  });

  it('is read back as it was written', () => {
    const { listeners, unsupported } = importMosquitto(filesOf().get('mosquitto.conf') ?? '');
    expect(listeners).toMatchObject([{ kind: 'tls', host: '127.0.0.1', port: 8883 }]);
    expect(unsupported).toEqual([]);
  });
});

describe('every listener', () => {
  it('is exported as the kind it is, and none lets a nameless client in', () => {
    const conf = filesOf({ listeners: everyOne }).get('mosquitto.conf') ?? '';
    const { listeners } = importMosquitto(conf);
    expect(listeners.map(({ kind, host, port }) => [kind, host, port])).toEqual([
      ['tls', '127.0.0.1', 8883],
      ['tls', '0.0.0.0', 8884],
      // libwebsockets finds no name, and would serve nobody.
      ['wss', '127.0.0.1', 8084],
      ['tcp', 'localhost', 1883],
      ['ws', '::1', 8083],
    ]);
    for (const [index, { detail }] of listeners.entries()) {
      expect(detail).toContain('no nameless clients');
      expect(detail.includes('client certificates required')).toBe(index === 0);
      expect(detail.includes('names from certificates')).toBe(index === 0);
    }
  });

  it('names in the README what it takes, and where a certificate no longer does', () => {
    const readme = filesOf({ listeners: everyOne }).get('README.txt') ?? '';
    expect(readme).toContain('port 8884   MQTT over TLS, with user and password.');
    expect(readme).toContain('may also show its certificate on ports 8884 and 8084');
    expect(readme).toContain('On ports 1883 and 8083 anybody on the way can read passwords');
    expect(readme).toContain('mosquitto_passwd passwd USER');
  });

  it('leaves keys and certificates out where no listener speaks TLS', () => {
    const files = filesOf({ listeners: [{ ...tls, kind: 'tcp' }], caPem: '' });
    expect([...files.keys()]).toEqual([
      ...['mosquitto.conf', 'acl.conf', 'passwd', 'start.sh', 'README.txt'],
    ]);
    expect(files.get('mosquitto.conf')).not.toContain('certs/');
    expect(files.get('README.txt')).not.toContain('certs/');
  });

  it('needs no revocation list where nobody shows a certificate', () => {
    const files = filesOf({ listeners: [{ ...tls, kind: 'tlsPassword' }] });
    expect(files.has('certs/server.key')).toBe(true);
    expect(files.has('certs/crl.pem')).toBe(false);
    expect(files.get('mosquitto.conf')).not.toContain('crlfile');
  });
});

describe('secrets', () => {
  it('are for their owner only', () => {
    const files = exportMosquitto({ ...setup, listeners: everyOne });
    expect(Object.fromEntries(files.map(({ name, mode }) => [name, mode]))).toMatchObject({
      'certs/server.key': 0o600,
      passwd: 0o600,
      'start.sh': 0o755,
      'acl.conf': 0o644,
    });
    for (const { bytes } of files) expect(Buffer.from(bytes).toString()).not.toContain('pass wörd');
  });

  it('are salted anew each time', () => {
    const [once, again] = [1, 2].map(() => filesOf({ listeners: everyOne }).get('passwd'));
    expect(once).toMatch(/^VIN1:\$7\$101\$[\w+/]{16}\$[\w+/]{86}==\n$/);
    expect(again).not.toBe(once);
  });
});

describe('what Mosquitto would refuse, or misread', () => {
  it.each<[string, string, Partial<MosquittoSetup>]>([
    ['ACL_SYNTAX', 'an access list with a wrong line', { aclText: 'bad' }],
    ['PATH_UNSAFE', 'a line more', { listeners: [{ ...tls, host: 'a\nuser root' }] }],
    ['PATH_UNSAFE', 'no address', { listeners: [{ ...tls, host: '' }] }],
    ['FILE_MISSING', 'no CA', { caPem: '' }],
    ['LISTENER_UNSUITABLE', 'WebSocket alone', { listeners: [{ ...tls, kind: 'wss' }] }],
    [
      'LISTENER_UNSUITABLE',
      'WebSocket at a name',
      { listeners: [tls, { ...tls, kind: 'ws', host: 'lab.example' }] },
    ],
    ...['a:b', '#a', ' a', 'a ', '', 'a\nroot'].map(
      (user): [string, string, Partial<MosquittoSetup>] => [
        'USER_UNSAFE',
        `a user called ${JSON.stringify(user)}`,
        { listeners: everyOne, users: [{ user, password: 'x' }] },
      ],
    ),
  ])('is refused with %s: %s', (code, _, changed) => {
    expect(() => exportMosquitto({ ...setup, ...changed })).toThrow(
      expect.objectContaining({ code }),
    );
  });

  it('minds a strange user only where passwords are written', () => {
    expect(filesOf({ users: [{ user: 'a:b', password: 'x' }] }).has('passwd')).toBe(false);
  });
});
