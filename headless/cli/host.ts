import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { systemRandom } from '#core/ports';
import { HeadlessError } from '../errors.ts';
import { startWebHost } from '../web/host.ts';
import { reserveCertificates } from './certificates.ts';
import { type ExitCode } from './exit.ts';
import { type CommonOptions } from './options.ts';
import { tellRefusals } from './refusals.ts';
import { runCommand, type Surroundings, withBench } from './session.ts';
import { untilStopped } from './roles.ts';

export type HostOptions = CommonOptions & {
  port?: number;
  tlsPort?: number;
  certificatesOut?: string;
  force?: boolean;
};

/** Where `npm run build` puts the window. */
const WINDOW = fileURLToPath(new URL('../../out/renderer', import.meta.url));

/** The whole bench in a browser of this machine. */
export function runHost(around: Surroundings, options: HostOptions): Promise<ExitCode> {
  return runCommand(around, options, async (session) => {
    const { output, signal, log } = session;
    if (!existsSync(join(WINDOW, 'index.html'))) {
      throw new HeadlessError('WINDOW_NOT_BUILT', `there is no window in ${WINDOW}`, {
        next: 'run npm run build, or start it with npm start -- --headless',
      });
    }
    const choice = { ...options, ports: { tlsPort: options.tlsPort } };
    return withBench(around, choice, session, async (bench) => {
      tellRefusals(bench, output);
      const files = await reserveCertificates(bench, options, output);
      await files.write().finally(() => files.release());
      const host = await startWebHost({
        router: bench.router,
        root: WINDOW,
        port: options.port ?? 0,
        random: systemRandom,
        log,
      });
      const show = (): void => {
        const url = host.newLink();
        output.say({ event: 'address', url, port: host.port }, `OTA Bench: ${url}`);
      };
      const lines = createInterface({ input: around.stdin });
      try {
        show();
        output.say(
          { event: 'ready' },
          'The address signs one browser in, once; Enter prints a new one, Ctrl-C stops.',
        );
        lines.on('line', show);
        signal.throwIfAborted();
        return await untilStopped(bench, session);
      } finally {
        lines.close();
        await host.close();
      }
    });
  });
}
