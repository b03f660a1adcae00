import { type Command } from 'commander';
import { describe, expect, it } from 'vitest';
import type { ConditionsView, ConnectionDraft, Settings, TrafficSelection } from '#core/contract';
import { parseFault } from '#core/faults';
import { describeProgram } from '../../headless/cli/program.ts';
import { type Surroundings } from '../../headless/cli/session.ts';
import { cli, type CliCommand } from './cli-commands.ts';

const W = '/home/a b/bench';
const certificate = { fingerprint: 'a'.repeat(64), cn: 'VIN1' };
const draft = { vin: 'VIN1', ecuId: 'brake', artifactName: '-x.bin', version: '3.1.0' };
const plant = { id: '0198', name: 'plant 1' };
const own = { id: 'own', name: 'eigener Broker' };
const connection: ConnectionDraft = {
  ...{ name: '-plant', url: 'mqtt://h:1883', protocol: 5, user: 'me', password: 'secret word' },
  ...{ caPem: '-----BEGIN', production: true, clientId: 'c 1' },
  subscriptions: [{ filter: 'a/#', qos: 1 }],
};
const conditions: ConditionsView = {
  ...{ supplyMillivolts: 12_000, ignition: 'off', parked: true },
  ...{ freeBytes: 1, temperatureCelsius: -20 },
};
const listener = { on: false, host: '127.0.0.1', port: 0, remote: false };
const settings: Settings = {
  ...{ topicRoot: 'vehicle/updates', subscriptions: 'refuse-suback', backendPort: 0 },
  ...{ algorithm: 'EdDSA', transport: 'https', externalBroker: null },
  listeners: { tls: listener, tlsPassword: listener, tcp: listener, wss: listener, ws: listener },
  policies: { gatekeeper: 'require', dcu: 'require', backend: 'require' },
  capture: { bytes: 16_777_216, ageDays: 30 },
};
const changed: Settings = {
  ...settings,
  topicRoot: '7',
  listeners: { ...settings.listeners, tls: { ...listener, on: true, port: 8_884 } },
  externalBroker: { url: 'mqtts://h:8883', caPem: '-----BEGIN' },
};
const everywhere: TrafficSelection = {
  ...{ topicFilter: 'a/+/#', text: '"x"', matchCase: true, client: 'c', source: 'import:a b' },
  ...{ regex: { source: '^\\{', ignoreCase: true }, retained: false, minSize: 1, maxSize: 9 },
  direction: 'in',
  qos: [0, 2],
  kinds: ['publish', 'connect'],
  verdicts: ['unsigned', 'invalid'],
  since: 1_700_000_000_000,
  until: 1_700_000_000_001,
};
const work = { operator: 'J', purpose: '-p', order: '', rxswin: 'R 1', remarks: 'a\nb' };
const message = { topic: 'a/b', payload: '{"a":1}', qos: 1, retain: true } as const;

/** At least one of each; the type asks for those of a command that is added. */
const offered: Record<keyof typeof cli, CliCommand[]> = {
  serve: [cli.serve(W, ['broker', 'backend', 'dcu']), cli.serve('', ['broker'])],
  fault: [
    cli.fault(W, 'VIN1', { kind: 'powerCut', at: { byte: 9, where: 'bank' }, offMs: 500 }),
    cli.fault(W, 'VIN1', { kind: 'selfTestFails', times: 1, complaint: 'no picture, no sound' }),
  ],
  demo: [cli.demo(W)],
  sample: [cli.sample(W)],
  sampleReleases: [cli.sampleReleases(W)],
  removeSample: [cli.removeSample(W)],
  diagnostics: [cli.diagnostics(W)],
  publish: [
    cli.publish(W, { ...draft, artifactName: 'brake.bin', description: '' }),
    cli.publish(W, { ...draft, artifactName: 'a b.bin', description: '-new', releaseCounter: 7 }),
  ],
  publishBundle: [cli.publishBundle(W, 'VIN1', 'spring.otabundle')],
  publishReleases: [cli.publishReleases(W, 'VIN1', [{ ecuId: 'brake', releaseId: 'r-1' }])],
  update: (['cancel', 'pause', 'resume', 'confirm', 'decline'] as const).map((what) =>
    cli.update(W, what, '-0198'),
  ),
  rollback: [cli.rollback(W, 'VIN1', 'brake'), cli.rollback(W, '-VIN', 'brake', '-me')],
  recall: [cli.recall(W, '4.0 beta', 'brake', 'me')],
  addVehicle: [cli.addVehicle(W, '-VIN', 'demo')],
  removeVehicle: [cli.removeVehicle(W, 'VIN1')],
  conditions: [cli.conditions(W, 'VIN1', conditions)],
  profile: [cli.profile(W, 'my-car')],
  settings: [cli.settings(W, settings, changed), cli.settings(W, changed, settings)],
  password: [cli.password(W, 'own', 'backend', 'set'), cli.password(W, 'outside', '-x', 'forget')],
  createReport: [cli.createReport(W, '0198', work)],
  finishReport: [
    cli.finishReport(W, '0198', {}),
    cli.finishReport(W, '0198', { remarks: 'a', unfinished: true }),
  ],
  discardReport: [cli.discardReport(W, '0198')],
  exportReport: [cli.exportReport(W, '0198', 'de')],
  verifyReport: [cli.verifyReport('a b.json', ''), cli.verifyReport('a.json', 'ab:cd')],
  reportScript: [cli.reportScript(W)],
  reportKeys: [cli.reportKeys(W)],
  scenario: [
    cli.scenario(['plain-update']),
    cli.scenario(['-a.json', 'b'], { seed: 0, counterfactual: true }),
  ],
  exportCapture: [
    ...(['ndjson', 'csv', 'pcapng'] as const).map((form) => cli.exportCapture(W, form)),
    cli.exportCapture(W, 'csv', everywhere),
  ],
  importCapture: [cli.importCapture(W, '-a.ndjson')],
  clearCapture: [cli.clearCapture(W)],
  replay: [
    cli.replay(W, own, { speed: null, rewrite: [], everyPlace: false, confirm: '' }),
    cli.replay(W, plant, {
      ...{ where: everywhere, speed: 0.5, everyPlace: true, confirm: 'plant 1' },
      rewrite: [{ pattern: 'a/+', template: 'b/{1}' }],
    }),
  ],
  send: [
    cli.send(W, own, { ...message, payload: '', retain: false, properties: null }, {}, ''),
    cli.send(W, plant, { ...message, properties: { contentType: 'x' } }, { vin: '' }, 'plant 1'),
  ],
  deleteRetained: [
    cli.deleteRetained(W, own, { filter: '-a/#', digest: 'f'.repeat(64), confirm: 'x' }),
  ],
  addConnection: [cli.addConnection(W, connection)],
  editConnection: [
    cli.editConnection(W, '-plant', { ...connection, password: '' }),
    cli.editConnection(W, 'plant 1', connection),
  ],
  removeConnection: [cli.removeConnection(W, 'plant 1')],
  openConnection: [cli.openConnection(W, 'plant 1')],
  issue: [
    cli.issue(W, { kind: 'client', cn: 'VIN1', hosts: [], days: 30 }),
    cli.issue(W, { kind: 'server', cn: 'b', hosts: ['localhost', '127.0.0.1'], days: 365 }),
  ],
  sign: [cli.sign(W, '-dcu.csr', 30)],
  renew: [cli.renew(W, certificate)],
  revoke: [cli.revoke(W, certificate)],
  exportCertificate: (['pem', 'der', 'pem-with-key', 'pkcs12'] as const).map((form) =>
    cli.exportCertificate(W, certificate, form),
  ),
  dcu: [cli.dcu(W, '-VIN1')],
  importFiles: [
    cli.importFiles(W, ['a.pem', '-k.key'], { as: 'ca', withPassphrase: true, replaces: true }),
    cli.importFiles(W, ['a.p12'], { as: 'identity', withPassphrase: false, replaces: false }),
  ],
  newCa: [cli.newCa(W, 'My CA', true)],
  secret: [cli.secret(W, 'random'), cli.secret(W, 'own')],
  mosquitto: [cli.mosquitto(W, 8_883)],
  importMosquitto: [
    cli.importMosquitto(W, 'mosquitto.conf', undefined),
    cli.importMosquitto(W, '-m.conf', 'acl.conf'),
  ],
  setAcl: [cli.setAcl(W)],
  resetAcl: [cli.resetAcl(W)],
  doctor: [
    cli.doctor(W, {}, false),
    cli.doctor(W, { backend: 'b', gatekeeper: 'g', vehicles: ['a', '-b'] }, true),
  ],
  audit: [cli.audit(W)],
};

/** The command line's own program, which understands but does nothing. */
function program(ran: (command: Command) => void): Command {
  const idle = (command: Command): Command => {
    for (const each of command.commands) idle(each);
    return command.action(() => {
      ran(command);
    });
  };
  const made = describeProgram({} as Surroundings, () => Promise.resolve());
  for (const each of made.commands) idle(each);
  return made;
}

/** What the command line makes of it. */
function understood(command: CliCommand): Command {
  const ran: Command[] = [];
  program((each) => ran.push(each)).parse([...command], { from: 'user' });
  expect(ran).toHaveLength(1);
  return ran[0] as Command;
}

/** On a throw-away bench, or about a file of anybody's. */
const WITHOUT_WORKSPACE = new Set<string>(['scenario', 'verifyReport']);

describe('a command that the window offers', () => {
  it.each(Object.entries(offered))(
    'is understood by the command line, and for the workspace that is open: %s',
    (name, commands) => {
      for (const command of commands) {
        const { workspace } = understood(command).opts();
        const isOf = !WITHOUT_WORKSPACE.has(name) && command.includes('--workspace');
        if (isOf) expect(workspace, name).toBe(W);
        else expect(name).toMatch(/^(?:serve|scenario|verifyReport)$/);
      }
    },
  );

  it('would be refused if it were wrong', () => {
    expect(() => program(() => undefined).parse(['demo', '--nonsense'], { from: 'user' })).toThrow(
      'unknown option',
    );
  });

  it('never carries a secret: it is asked for on standard input', () => {
    const [added] = offered.addConnection;
    expect(added?.join(' ')).not.toContain('secret word');
    expect(understood(added ?? []).opts()).toMatchObject({ passwordFile: '-', user: 'me' });
  });

  it('says the filter of the list as export and replay take it', () => {
    const { since, until, ...rest } = understood(cli.exportCapture(W, 'csv', everywhere)).opts();
    expect(rest).toMatchObject({
      ...{ filter: 'a/+/#', text: '"x"', matchCase: true, regex: '^\\{', ignoreCase: true },
      ...{ client: 'c', source: 'import:a b', direction: 'in', qos: [0, 2], retained: false },
      ...{ kind: ['publish', 'connect'], verdict: ['unsigned', 'invalid'] },
      ...{ minSize: 1, maxSize: 9 },
    });
    expect([since, until]).toEqual([everywhere.since, everywhere.until]);
  });

  it('says a fault as it was set, for that vehicle', () => {
    for (const fault of [
      { kind: 'powerCut', at: { byte: 9, where: 'bank' }, offMs: 500 },
      { kind: 'powerCut', at: { now: true }, offMs: 0 },
      { kind: 'selfTestFails', times: 2, complaint: 'no picture, no sound' },
      { kind: 'clockSkew', offsetMs: -5 },
    ] as const) {
      const { fault: texts } = understood(cli.fault(W, 'VIN1', fault)).opts<{ fault: string[] }>();
      expect(texts.map(parseFault)).toEqual([{ vin: 'VIN1', fault }]);
    }
  });

  it('says of settings what differs, and of a CA only its file', () => {
    const command = understood(cli.settings(W, settings, changed));
    expect(command.args).toEqual([
      'topicRoot="7"',
      'externalBroker.url=mqtts://h:8883',
      'listeners.tls.on=true',
      'listeners.tls.port=8884',
    ]);
    expect(command.opts()['ca']).toBe('ca.pem');
    expect(understood(cli.settings(W, changed, settings)).args).toContain('externalBroker=null');
  });
});
