// The process that runs broker, gatekeeper and backend for a fleet. Started by plant-process.ts.
import { createBench, refusalOf, runCampaign, type Bench } from '#core/bench';
import { redactingLog, systemClock, systemRandom, type Log } from '#core/ports';
import { VERSION } from '../cli/version.ts';
import { ToPlant, type FromPlant, type Open } from './messages.ts';

/** Room for what vehicles of the embedded broker need besides: backend, gatekeeper, a curious person. */
const CLIENTS_BESIDES = 100;
/** All vehicles tell what they have as soon as they are there; backend and gatekeeper read it in turn. */
const QUEUED_FOR_ONE = 100_000;

const closing = new AbortController();
let bench: Bench | null = null;

async function answer(message: ToPlant): Promise<FromPlant | null> {
  switch (message.type) {
    case 'open':
      return open(message);
    case 'certificates':
      return issue(message.vins);
    case 'update':
      return update(message);
    case 'close':
      await close();
      return null;
  }
}

async function open(wanted: Open): Promise<FromPlant> {
  const { broker, credentials, vins, transport, algorithm, policy, root } = wanted;
  const secret = Buffer.from(wanted.secret, 'hex');
  bench = await createBench({
    workspaceDir: wanted.workspace,
    durability: wanted.temporary ? 'passing' : 'lasting',
    host: 'headless',
    version: VERSION,
    clock: systemClock,
    random: systemRandom,
    log,
    vault: wanted.vault,
    vins: [],
    trustFiles: wanted.trustFiles,
    fleet: { vins, secret },
    brokerLimits: {
      clients: vins.length + CLIENTS_BESIDES,
      connectsPerSecond: vins.length,
      connectBurst: vins.length * 2 + CLIENTS_BESIDES,
      queuedPerClient: QUEUED_FOR_ONE,
    },
    settings: {
      ...{ transport, algorithm },
      policies: { gatekeeper: policy, dcu: policy, backend: policy },
      ...(root === null ? {} : { topicRoot: root }),
      ...(broker === null ? {} : { externalBroker: broker }),
      listeners: {
        tls: { on: true, port: 0 },
        tcp: { on: !wanted.certificates, host: '127.0.0.1', remote: false, port: 0 },
      },
    },
    ...(credentials === null ? {} : { credentials }),
  });
  const roles = wanted.backend ? (['broker', 'backend'] as const) : (['broker'] as const);
  const view = await bench.client.bench.start({ roles: [...roles] });
  for (const role of roles) {
    const state = view.roles[role];
    if (state.kind === 'failed') throw bench.failureOf(role, state.refusal);
  }
  const urls = view.endpoints.filter(({ role }) => role === 'broker').map(({ url }) => url);
  const plain = urls.find((url) => url.startsWith('mqtt://'));
  const { ca } = await bench.certificateFor('backend');
  return {
    type: 'opened',
    url: broker?.url ?? (wanted.certificates ? undefined : plain) ?? urls[0] ?? '',
    caPem: ca,
    apiUrl: view.endpoints.find(({ role }) => role === 'backend')?.url ?? null,
    trust: await bench.trustText(),
  };
}

async function issue(vins: readonly string[]): Promise<FromPlant> {
  const running = theBench();
  const pairs = [];
  let authority = '';
  for (const vin of vins) {
    closing.signal.throwIfAborted();
    const { cert, key, ca } = await running.certificateFor(vin);
    pairs.push({ vin, cert, key });
    authority = ca;
  }
  return { type: 'issued', ca: authority, pairs };
}

async function update(wanted: Extract<ToPlant, { type: 'update' }>): Promise<FromPlant> {
  const running = theBench();
  const { signal } = closing;
  const artifact = await running.importFirmware(wanted.file, { signal });
  const counts = await runCampaign(
    running.client,
    { ...wanted, artifact, description: 'One image for a whole fleet.' },
    { clock: systemClock, signal, onCounts: (now) => tell({ type: 'counted', counts: now }) },
  );
  return { type: 'updated', counts };
}

function theBench(): Bench {
  if (bench === null) throw new Error('the bench is not open');
  return bench;
}

let closed: Promise<void> | null = null;
function close(): Promise<void> {
  return (closed ??= (async () => {
    closing.abort(new Error('the fleet is closing'));
    await bench?.close();
    if (process.connected) process.disconnect();
  })());
}

function tell(message: FromPlant): void {
  if (process.connected) process.send?.(message);
}

const log: Log = redactingLog((level, message, detail) => {
  if (level !== 'error' && process.env['OTA_BENCH_VERBOSE'] === undefined) return;
  process.stderr.write(`backend: ${level} ${message} ${JSON.stringify(detail ?? {})}\n`);
});

process.on('message', (raw) => {
  void (async () => {
    try {
      const reply = await answer(ToPlant.parse(raw));
      if (reply !== null) tell(reply);
    } catch (error) {
      if (!closing.signal.aborted) tell({ type: 'refused', ...refusalOf(error) });
    }
  })();
});
// Ctrl-C in a terminal, or its end, reaches the whole group: whoever started us says when it is over.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.on('disconnect', () => void close());
