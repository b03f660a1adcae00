import { createORPCClient } from '@orpc/client';
import { RPCLink as PortLink } from '@orpc/client/message-port';
import { RPCLink as SocketLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import type { BenchContract } from '#core/contract';
import { isDesktop } from './desktop.ts';
import { isAborted, pause, retryDelay } from './state/retry.ts';

/*
 * The only file that knows how the core is reached: a MessagePort handed over by Electron's
 * preload, or a WebSocket to the loopback host. Everything else sees `Client`.
 */

export type Client = ContractRouterClient<BenchContract>;

export type ConnectionState =
  | { kind: 'opening' }
  | { kind: 'up'; client: Client; since: number }
  | { kind: 'lost'; tries: number; retryAt: number }
  /** The host does not know this page: its link was used already, or the host was restarted. */
  | { kind: 'refused' };

export interface Connection {
  /** Skips what is left of the wait before the next try. */
  retryNow(): void;
  close(): void;
}

/** What preload posts to the page; the first carries the port, the second says that one follows. */
const PORT_MESSAGE = 'ota-bench:port';
const LOST_MESSAGE = 'ota-bench:lost';
/** A host on this machine answers in milliseconds; one that does not within this is gone. */
const OPEN_LIMIT_MS = 5_000;

export function openConnection(onState: (state: ConnectionState) => void): Connection {
  const closing = new AbortController();
  let hurry = new AbortController();
  const open = isDesktop() ? overPort : overSocket;

  const run = async (): Promise<void> => {
    let tries = 0;
    while (!isAborted(closing.signal)) {
      const opened = await open(closing.signal);
      if (isAborted(closing.signal)) return;
      if (opened.kind === 'refused') {
        hurry = new AbortController();
        onState({ kind: 'refused' });
        // Another link may be on its way already, and may come any time.
        if (tokenHere() === null) await aborted(AbortSignal.any([closing.signal, hurry.signal]));
        continue;
      }
      if (opened.kind === 'up') {
        tries = 0;
        onState({ kind: 'up', client: opened.client, since: Date.now() });
        await opened.ended;
        if (isAborted(closing.signal)) return;
      }
      tries += 1;
      const delay = retryDelay(tries);
      onState({ kind: 'lost', tries, retryAt: Date.now() + delay });
      hurry = new AbortController();
      await pause(delay, AbortSignal.any([closing.signal, hurry.signal]));
    }
  };

  // A restarted core announces itself; there is no reason to wait the delay out.
  const onMessage = (event: MessageEvent): void => {
    if (!isPortMessage(event)) return;
    early = event.ports[0] ?? null;
    hurry.abort();
  };
  window.addEventListener('message', onMessage, { signal: closing.signal });
  // A link pasted where the page is open already loads nothing anew.
  const onAddress = (): void => {
    if (tokenHere() !== null) hurry.abort();
  };
  window.addEventListener('hashchange', onAddress, { signal: closing.signal });
  onState({ kind: 'opening' });
  void run();
  return {
    retryNow: () => {
      hurry.abort();
    },
    close: () => {
      closing.abort();
    },
  };
}

type Opened =
  { kind: 'up'; client: Client; ended: Promise<void> } | { kind: 'down' } | { kind: 'refused' };

async function overPort(signal: AbortSignal): Promise<Opened> {
  const port = await nextPort(signal);
  if (port === null) return { kind: 'down' };
  const ended = new Promise<void>((resolve) => {
    const listening = new AbortController();
    const end = (): void => {
      listening.abort();
      port.close();
      // Closing fires on the far side only; here it makes the link reject what still waits.
      port.dispatchEvent(new Event('close'));
      resolve();
    };
    port.addEventListener('close', end, { signal: listening.signal });
    // A core that died may leave its port open; preload tells of it, or brings the next port.
    const onMessage = (event: MessageEvent): void => {
      if (isPortMessage(event) || isLostMessage(event)) end();
    };
    window.addEventListener('message', onMessage, { signal: listening.signal });
    signal.addEventListener('abort', end, { signal: listening.signal });
  });
  const client: Client = createORPCClient(new PortLink({ port }));
  port.start();
  return { kind: 'up', client, ended };
}

/** A port that came while nobody was waiting: the core restarted. */
let early: MessagePort | null = null;

function nextPort(signal: AbortSignal): Promise<MessagePort | null> {
  return new Promise((resolve) => {
    const settle = (port: MessagePort | null): void => {
      clearTimeout(timer);
      window.removeEventListener('message', onMessage);
      early = null;
      resolve(port);
    };
    const onMessage = (event: MessageEvent): void => {
      if (isPortMessage(event)) settle(event.ports[0] ?? null);
    };
    const timer = setTimeout(() => {
      settle(null);
    }, OPEN_LIMIT_MS);
    signal.addEventListener('abort', () => {
      settle(null);
    });
    if (early !== null) {
      settle(early);
      return;
    }
    window.addEventListener('message', onMessage);
    window.otaBench?.ready();
  });
}

function isPortMessage(event: MessageEvent): boolean {
  return event.source === window && event.data === PORT_MESSAGE && event.ports.length === 1;
}

function isLostMessage(event: MessageEvent): boolean {
  return event.source === window && event.data === LOST_MESSAGE;
}

async function overSocket(signal: AbortSignal): Promise<Opened> {
  if ((await presentToken()) === 'refused') return { kind: 'refused' };
  const socket = new WebSocket(new URL('/rpc', location.href.replace(/^http/, 'ws')));
  const open = await new Promise<boolean>((resolve) => {
    const timer = setTimeout(() => {
      resolve(false);
    }, OPEN_LIMIT_MS);
    const settle = (value: boolean) => (): void => {
      clearTimeout(timer);
      resolve(value);
    };
    socket.addEventListener('open', settle(true), { once: true });
    socket.addEventListener('close', settle(false), { once: true });
    signal.addEventListener('abort', settle(false), { once: true });
  });
  if (!open) {
    socket.close();
    return (await sessionIsRefused()) ? { kind: 'refused' } : { kind: 'down' };
  }
  const ended = new Promise<void>((resolve) => {
    socket.addEventListener(
      'close',
      () => {
        resolve();
      },
      { once: true },
    );
    signal.addEventListener('abort', () => {
      socket.close();
    });
  });
  const client: Client = createORPCClient(new SocketLink({ websocket: inBlobs(socket) }));
  return { kind: 'up', client, ended };
}

/** From here on a frame goes as a blob; only pieces of firmware are longer. */
const LONG_FRAME = 65_536;

/** Chromium hands a long text to its network process in small pieces: as a blob it takes a quarter. */
function inBlobs(
  socket: WebSocket,
): Pick<WebSocket, 'addEventListener' | 'removeEventListener' | 'send' | 'readyState'> {
  return {
    addEventListener: socket.addEventListener.bind(socket),
    removeEventListener: socket.removeEventListener.bind(socket),
    send: (frame) => {
      const isLong = typeof frame === 'string' && frame.length > LONG_FRAME;
      socket.send(isLong ? new Blob([frame]) : frame);
    },
    get readyState() {
      return socket.readyState;
    },
  };
}

const tokenHere = (): string | null => new URLSearchParams(location.hash.slice(1)).get('token');

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    signal.addEventListener('abort', () => {
      resolve();
    });
  });

/**
 * Trades the one-time token of the printed address for a session cookie, and takes it out of the
 * address so that neither history nor a screenshot keeps it.
 */
async function presentToken(): Promise<'kept' | 'refused'> {
  const token = tokenHere();
  if (token === null) return 'kept';
  try {
    const answer = await fetch('/session', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token }),
      credentials: 'same-origin',
    });
    history.replaceState(null, '', location.pathname + location.search);
    // A used token beside a session that still stands (the address opened twice) is no obstacle.
    if (answer.status === 401) return (await sessionIsRefused()) ? 'refused' : 'kept';
    return 'kept';
  } catch {
    // The host is not there; the token stays in the address for the next try.
    return 'kept';
  }
}

/** A browser hides why an upgrade failed, so the host is asked whether it knows this page. */
async function sessionIsRefused(): Promise<boolean> {
  try {
    const answer = await fetch('/session', { credentials: 'same-origin', cache: 'no-store' });
    return answer.status === 401;
  } catch {
    // Nobody answers: the host is away, which is another thing than being refused.
    return false;
  }
}
