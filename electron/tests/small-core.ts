/** A core with two procedures, for tests of the process around it. Files in the workspace steer it. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { os } from '@orpc/server';
import { RPCHandler } from '@orpc/server/message-port';
import { CodedError } from '#core/ports';
import { hostCore } from '../main/core-host.ts';
import { Glance } from '../main/glance.ts';

hostCore(
  process.parentPort,
  ({ workspace, version, roles }) => {
    let tell: (glance: Glance) => void = () => undefined;
    mkdirSync(workspace, { recursive: true });
    if (existsSync(join(workspace, 'refuse'))) {
      const next = 'Close the other one.';
      return Promise.reject(
        new CodedError('WORKSPACE_BUSY', 'Another process uses the folder.', { next }),
      );
    }
    if (existsSync(join(workspace, 'crash-at-start'))) process.exit(7);
    const handler = new RPCHandler({
      whoami: os.handler(() => ({ pid: process.pid, workspace, version, roles })),
      /** Tells main what a real bench would tell it of its roles and updates. */
      pretend: os.input(Glance).handler(({ input }) => {
        tell(input);
      }),
      count: os.handler(async function* () {
        for (let n = 0; ; n += 1) {
          yield n;
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
      }),
    });
    return Promise.resolve({
      serve: (port) => {
        handler.upgrade(port, { context: {} });
        port.start();
      },
      watch: (told) => {
        tell = told;
      },
      wake: () => {
        writeFileSync(join(workspace, 'woken'), '');
      },
      close: () => {
        if (existsSync(join(workspace, 'hang-at-close'))) {
          process.on('SIGTERM', () => undefined);
          return new Promise<void>(() => undefined);
        }
        writeFileSync(join(workspace, 'closed-in-order'), '');
        return Promise.resolve();
      },
    });
  },
  (code) => {
    process.exit(code);
  },
);
