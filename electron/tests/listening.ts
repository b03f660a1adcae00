import type { MessagePort } from 'node:worker_threads';
import { createORPCClient } from '@orpc/client';
import { RPCLink, type SupportedMessagePort } from '@orpc/client/message-port';
import type { ContractRouterClient } from '@orpc/contract';
import type { BenchContract } from '#core/contract';
import { APP_PAGE, LOST_MESSAGE, PORT_MESSAGE, type ToPage } from '../channel/index.ts';
import type { Glance, Role } from '../main/glance.ts';
import type { Page } from '../standin/page.ts';

export type Listening = {
  page: Page;
  /** The next port that the page receives, or one that it has not been asked for yet. */
  nextPort: () => Promise<MessagePort>;
  /** How many ports the page has received. */
  ports: () => number;
  /** How often it was told that the core is gone. */
  lost: () => number;
  /** What main has told it, oldest first. */
  told: ToPage[];
};

/** Listens as the page's own code does. */
export function listenOn(page: Page): Listening {
  const waiting: ((port: MessagePort) => void)[] = [];
  const held: MessagePort[] = [];
  let ports = 0;
  let lost = 0;
  const told: ToPage[] = [];
  page.otaBench?.listen((message) => told.push(message));
  page.addEventListener('message', (event) => {
    const {
      data,
      origin,
      ports: sent,
    } = event as Event & {
      data: unknown;
      origin: string;
      ports: MessagePort[];
    };
    if (`${origin}/` !== APP_PAGE) throw new Error(`message from ${origin}`);
    if (data === LOST_MESSAGE) lost += 1;
    const [port] = sent;
    if (data !== PORT_MESSAGE || port === undefined) return;
    ports += 1;
    const taker = waiting.shift();
    if (taker === undefined) held.push(port);
    else taker(port);
  });
  return {
    page,
    ports: () => ports,
    lost: () => lost,
    told,
    nextPort: () =>
      new Promise((resolve) => {
        const port = held.shift();
        if (port === undefined) waiting.push(resolve);
        else resolve(port);
      }),
  };
}

export type SmallCore = {
  whoami(): Promise<{ pid: number; workspace: string; version: string; roles: Role[] }>;
  pretend(glance: Glance): Promise<void>;
  count(): Promise<AsyncIterable<number>>;
};

export const smallCoreOver = (port: MessagePort): SmallCore => createORPCClient(linkOver(port));

export type BenchOverPort = ContractRouterClient<BenchContract>;

/** The real contract, as the page uses it. */
export const benchOver = (port: MessagePort): BenchOverPort => createORPCClient(linkOver(port));

function linkOver(port: MessagePort): RPCLink<object> {
  const link = new RPCLink({ port: port as SupportedMessagePort });
  port.start();
  return link;
}

/** 8883 may be a broker of this machine. */
export async function takeAnyPort(bench: BenchOverPort): Promise<void> {
  const { listeners, ...rest } = await bench.settings.get();
  await bench.settings.set({
    ...rest,
    listeners: { ...listeners, tls: { ...listeners.tls, port: 0 } },
  });
}

/** Runs the demo over a port and waits for its update to end; resolves to its last stage. */
export async function runDemo(bench: BenchOverPort): Promise<string> {
  const { updateId } = await bench.demo.run();
  for await (const frame of await bench.updates.watch()) {
    const update = frame.upserts.find((each) => each.updateId === updateId);
    if (update !== undefined && /^(completed|failed|refused|rolled_back)$/.test(update.stage)) {
      return update.stage;
    }
  }
  return 'the stream ended';
}
