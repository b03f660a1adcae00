import { randomFillSync } from 'node:crypto';
import { open, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createBenchCa } from '#core/pki';
import { systemClock, systemRandom } from '#core/ports';
import { portOf } from '../brokers/start.ts';
import { median, seconds, times } from '../numbers.ts';
import { forkModule, run, runOtaBench } from '../processes.ts';
import { within, type Case, type Setting } from '../result.ts';

const BUDGET = 1.5;
const MEBIBYTE = 1_048_576;
const REPEATS = 3;
/** What is measured is the software: a simulated flash waits as a real one would. */
const FULL = ['--ecu-speed', 'full'] as const;

export const firmware: Case = {
  name: 'firmware',
  summary: '256 MiB image from publish to committed, against curl + sha256sum + cp',
  run: async (setting) => {
    const { short, dir, note } = setting;
    const mebibytes = short ? 32 : 256;
    const image = join(dir, 'image.bin');
    await writeImage(image, mebibytes);
    const [sha256 = ''] = (await run('sha256sum', [image])).split(' ');
    const peer = await startPeer(setting, image, sha256);
    const ours: number[] = [];
    const theirs: number[] = [];
    try {
      for (let n = 0; n < (short ? 1 : REPEATS); n += 1) {
        note(`run ${String(n + 1)}: ${String(mebibytes)} MiB`);
        ours.push(await publishToCommitted(join(dir, `workspace-${String(n)}`), image, sha256));
        theirs.push(await peer.fetchVerifyCopy());
      }
    } finally {
      await peer.end();
    }
    note(`ours ${ours.map(seconds).join(' ')}; peer ${theirs.map(seconds).join(' ')}`);
    const [own, other] = [median(ours), median(theirs)];
    return [
      {
        what: `${String(mebibytes)} MiB image, publish to committed, against curl + sha256sum + cp`,
        ours: seconds(own),
        peer: seconds(other),
        ratio: times(own / other),
        budget: `≤ ${String(BUDGET)} ×`,
        verdict: within(own / other <= BUDGET),
      },
    ];
  },
};

/** Random, so that nothing on the way can make it smaller. */
async function writeImage(file: string, mebibytes: number): Promise<void> {
  const block = Buffer.alloc(MEBIBYTE);
  const handle = await open(file, 'w');
  for (let n = 0; n < mebibytes; n += 1) await handle.write(randomFillSync(block));
  await handle.sync();
  await handle.close();
}

/** The real bench: sign, publish, judge, download, hash, write the bank, boot, test, commit. */
async function publishToCommitted(
  workspace: string,
  image: string,
  sha256: string,
): Promise<number> {
  let published = Number.NaN;
  let took = Number.NaN;
  let committed: unknown;
  await runOtaBench(
    ['publish', '--firmware', image, '--fw-version', '9.0.0', ...FULL, '--workspace', workspace],
    (line) => {
      if (line['event'] === 'published') published = performance.now();
      if (line['event'] !== 'end') return;
      took = performance.now() - published;
      committed = (line['bank'] as { sha256?: string } | undefined)?.sha256;
    },
  );
  await rm(workspace, { recursive: true, force: true });
  if (committed !== sha256) throw new Error(`the bank holds ${String(committed)}, not ${sha256}`);
  return took;
}

async function startPeer(
  { dir }: Setting,
  image: string,
  sha256: string,
): Promise<{ fetchVerifyCopy(): Promise<number>; end(): Promise<void> }> {
  const ca = await createBenchCa({
    clock: systemClock,
    random: systemRandom,
    name: 'Benchmark CA',
  });
  const server = await ca.issue({ cn: 'peer', kind: 'server', hosts: ['127.0.0.1'] });
  const client = await ca.issue({ cn: 'curl', kind: 'client' });
  const at = (name: string): string => join(dir, name);
  await Promise.all([
    writeFile(at('ca.crt'), ca.certPem),
    writeFile(at('server.crt'), server.certPem),
    writeFile(at('server.key'), server.keyPem),
    writeFile(at('client.crt'), client.certPem),
    writeFile(at('client.key'), client.keyPem),
  ]);
  const { first, end } = await forkModule('image-server.ts', [dir, image]);
  const [download, bank] = [at('download.bin'), at('bank.bin')];
  const tls = ['--cacert', at('ca.crt'), '--cert', at('client.crt'), '--key', at('client.key')];
  const fetchVerifyCopy = async (): Promise<number> => {
    const start = performance.now();
    const url = `https://127.0.0.1:${String(portOf(first))}/`;
    await run('curl', ['--silent', '--show-error', '--fail', ...tls, '--output', download, url]);
    const [hash] = (await run('sha256sum', [download])).split(' ');
    await run('cp', [download, bank]);
    const took = performance.now() - start;
    if (hash !== sha256) throw new Error('curl fetched something else');
    await Promise.all([rm(download), rm(bank)]);
    return took;
  };
  return { fetchVerifyCopy, end };
}
