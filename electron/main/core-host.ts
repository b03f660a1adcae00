import type { MessagePortMain, ParentPort } from 'electron';
import { isCodedError, redact, unreachable, type Refusal } from '#core/ports';
import { ToCore, type FromCore, type StartCore } from './core-messages.ts';
import type { Glance } from './glance.ts';

/** The bench as this process needs it: it answers one client for each port, and closes. */
export type HostedBench = {
  serve(port: MessagePortMain): void;
  /** Tells what the shell has to know, now and on every change, until the bench closes. */
  watch(tell: (glance: Glance) => void): void;
  wake(): void;
  close(): Promise<void>;
};

/**
 * Serves a bench to the windows of one application: main sends `start` once, then a port for each
 * client. Ports that come before the bench is up wait, their messages queued in them.
 */
export function hostCore(
  parent: Pick<ParentPort, 'on' | 'postMessage'>,
  createBench: (start: StartCore) => Promise<HostedBench>,
  exit: (code: number) => void,
): void {
  const clients = new Set<MessagePortMain>();
  let bench: Promise<HostedBench> | null = null;
  const tell = (message: FromCore): void => {
    parent.postMessage(message);
  };

  const start = (message: StartCore): void => {
    bench = createBench(message);
    bench.then(
      (running) => {
        tell({ kind: 'started' });
        running.watch((glance) => {
          tell({ kind: 'glance', glance });
        });
      },
      (error: unknown) => {
        console.error('the bench did not start', redact(error));
        tell({ kind: 'refused', refusal: refusalOf(error) });
      },
    );
  };

  const serve = (port: MessagePortMain): void => {
    // Held, because an unreferenced port may be collected and then closes under its client.
    clients.add(port);
    port.on('close', () => {
      clients.delete(port);
    });
    bench?.then(
      (running) => {
        running.serve(port);
      },
      () => {
        port.close();
      },
    );
  };

  const close = async (): Promise<void> => {
    for (const port of clients) port.close();
    // A bench that did not start has said so already, and has nothing to close.
    const running = await bench?.catch(() => null);
    try {
      await running?.close();
      exit(0);
    } catch (error) {
      console.error('the bench did not close in order', redact(error));
      exit(1);
    }
  };

  parent.on('message', (event) => {
    const message = ToCore.parse(event.data);
    switch (message.kind) {
      case 'start':
        start(message);
        return;
      case 'wake':
        bench?.then((running) => running.wake(), ignore);
        return;
      case 'client': {
        const [port] = event.ports;
        if (port !== undefined) serve(port);
        return;
      }
      case 'close':
        void close();
        return;
      default:
        unreachable(message);
    }
  });
}

const ignore = (): void => undefined;

function refusalOf(error: unknown): Refusal {
  if (isCodedError(error)) return { code: error.code, reason: error.reason, next: error.next };
  return {
    code: 'CORE_UNUSABLE',
    reason: error instanceof Error ? error.message : String(error),
    next: 'Start the application from a terminal and read what it prints.',
  };
}
