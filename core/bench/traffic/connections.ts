import { randomUUID } from 'node:crypto';
import { ConnectionDraft, type ConnectionView } from '#core/contract';
import { assertTopicFilter } from '#core/protocol';
import { type Vault } from '#core/vault';
import { type Context } from '../context.ts';
import { BenchError } from '../errors.ts';
import { createFeed, type Feed } from '../feed.ts';
import { checkBrokerUrl, checkCa } from '../settings-check.ts';
import { storedList } from '../store.ts';
import { type BrokerPlace } from '../trust/access.ts';
import { type Notices, readSecret } from '../trust/notices.ts';
import { type Connection, createConnection, Kept, OWN } from './connection.ts';

/** Each is a socket and a reader. */
const CONNECTIONS_LIMIT = 32;
/** Sources of others. */
const TAKEN_NAMES: readonly string[] = ['broker', 'outside'];
/** The count of messages goes out with everything else, not for each of them. */
const COUNT_MS = 1_000;

export type Connections = {
  feed: Feed<ConnectionView>;
  list(): ConnectionView[];
  add(draft: ConnectionDraft): Promise<ConnectionView>;
  edit(id: string, draft: ConnectionDraft): Promise<ConnectionView>;
  remove(id: string): Promise<void>;
  open(id: string): Promise<ConnectionView>;
  close(id: string): Promise<ConnectionView>;
  /** @throws BenchError CONNECTION_UNKNOWN */
  find(id: string): Connection;
  /** The same, to send over. @throws BenchError CONFIRMATION_NEEDED */
  toSend(id: string, confirm: string | undefined): Connection;
  /** Opens those that were open when the bench was last closed. */
  resume(): Promise<void>;
  /** The computer has slept: those that are open make sure of their brokers at once. */
  wake(): void;
  end(): Promise<void>;
};

export function createConnections(options: {
  context: Context;
  place: () => BrokerPlace | null;
  vault: Vault;
  notices: Notices;
}): Connections {
  const { context, place, vault, notices } = options;
  const { workspace, clock, random } = context;
  const stored = storedList(workspace.db, 'connections', Kept);
  const feed = createFeed<ConnectionView>({ clock, key: ({ id }) => id });
  const all = new Map<string, Connection>();
  const counting = new AbortController();

  const secretName = (id: string): string => `connection:${id}`;
  /** A mark is the broker's: whatever else leads there is guarded by it. */
  const guard = (kept: Kept): string | null => {
    if (kept.production) return kept.name;
    const there = brokerAt(kept.url ?? place()?.url);
    const marked = [...all.values()].map((each) => each.kept());
    const found = marked.find(({ production, url }) => production && brokerAt(url) === there);
    return found?.name ?? null;
  };
  const ports = {
    guard,
    context,
    place,
    password: async ({ id, hasPassword }: Kept): Promise<string | undefined> => {
      if (!hasPassword) return undefined;
      const bytes = await readSecret(vault, secretName(id), notices);
      const password = bytes === null ? undefined : Buffer.from(bytes).toString('utf8');
      bytes?.fill(0);
      return password;
    },
  };
  const put = (kept: Kept): Connection => {
    const connection: Connection = createConnection(kept, {
      ...ports,
      changed: () => {
        if (all.get(kept.id) === connection) feed.set(connection.view());
      },
    });
    all.set(kept.id, connection);
    feed.set(connection.view());
    return connection;
  };
  const save = (): void => {
    stored.set([...all.values()].map((each) => each.kept()).filter(({ id }) => id !== OWN));
  };
  const generated = (): string => `ota-bench-${Buffer.from(random.bytes(6)).toString('hex')}`;
  const find = (id: string): Connection => {
    const connection = all.get(id);
    if (connection) return connection;
    throw new BenchError('CONNECTION_UNKNOWN', `there is no connection ${id}`, {
      next: 'choose one that is listed, or add it',
    });
  };
  const changeable = (id: string): Connection => {
    if (id !== OWN) return find(id);
    throw new BenchError('BAD_INPUT', 'the own broker is as Settings have it', {
      next: 'change it in Settings, or choose another connection',
    });
  };
  const assertDraft = (
    draft: Omit<Kept, 'id' | 'clientId' | 'hasPassword' | 'wanted'>,
    id: string | null,
  ): void => {
    const others = [...all.values()].map((each) => each.kept()).filter((each) => each.id !== id);
    const names = [...TAKEN_NAMES, ...others.map(({ name }) => name)];
    if (names.includes(draft.name) || draft.name.startsWith('import:')) {
      throw new BenchError('CONNECTION_NAME_TAKEN', `the name ${draft.name} is taken`, {
        next: 'choose another: what is captured is told apart by it',
      });
    }
    for (const { filter } of draft.subscriptions) assertTopicFilter(filter);
    if (draft.url !== null) checkBrokerUrl(draft.url);
    if (draft.caPem !== null) checkCa(draft.caPem);
  };
  const want = (connection: Connection, wanted: boolean): void => {
    connection.update({ ...connection.kept(), wanted });
    save();
  };

  put({
    ...{ id: OWN, name: 'own broker', url: null, protocol: 4, clientId: generated() },
    ...{ user: 'backend', caPem: null, production: false, subscriptions: [] },
    ...{ hasPassword: false, wanted: false },
  });
  for (const kept of stored.get()) put(kept);
  const count = async (): Promise<void> => {
    for (;;) {
      await clock.sleep(COUNT_MS, counting.signal);
      for (const connection of all.values()) {
        const view = connection.view();
        const told = feed.get(view.id);
        // The broker of the own one comes and goes, and a mark is everybody's at its broker.
        const isNew = told?.received !== view.received || told.state !== view.state;
        if (isNew || told.confirm !== view.confirm) feed.set(view);
      }
    }
  };
  // Ends only by its signal.
  count().catch(() => undefined);

  return {
    feed,
    list: () => [...all.values()].map((each) => each.view()),
    async add(given) {
      const { password, ...draft } = ConnectionDraft.parse(given);
      if (all.size > CONNECTIONS_LIMIT) {
        throw new BenchError('TOO_MANY', `${CONNECTIONS_LIMIT} connections are kept`, {
          next: 'remove one that is not needed any more',
        });
      }
      assertDraft(draft, null);
      const id = randomUUID();
      const hasPassword = password !== undefined && password !== '';
      if (hasPassword) await vault.put(secretName(id), Buffer.from(password));
      const clientId = draft.clientId ?? generated();
      const connection = put({ ...draft, id, clientId, hasPassword, wanted: false });
      save();
      return connection.view();
    },
    async edit(id, given) {
      const { password, ...draft } = ConnectionDraft.parse(given);
      const connection = changeable(id);
      const { clientId: before, hasPassword, wanted } = connection.kept();
      assertDraft(draft, id);
      const { clientId = before } = draft;
      // Before anything is changed: a keychain that is locked leaves all as it was.
      if (password === '') await vault.delete(secretName(id));
      else if (password !== undefined) await vault.put(secretName(id), Buffer.from(password));
      // Removed meanwhile?
      find(id);
      const isOpen = connection.view().state !== 'closed';
      await connection.close();
      connection.update({
        ...{ ...draft, id, wanted, clientId: clientId ?? generated() },
        hasPassword: password === undefined ? hasPassword : password !== '',
      });
      save();
      // Why it does not come up is shown, as of one that was open all along.
      if (isOpen) await connection.open().catch(() => undefined);
      feed.set(connection.view());
      return connection.view();
    },
    async remove(id) {
      const connection = changeable(id);
      all.delete(id);
      feed.remove(id);
      save();
      await connection.close();
      await vault.delete(secretName(id));
    },
    async open(id) {
      const connection = find(id);
      await connection.open();
      // Unless it was closed meanwhile.
      if (connection.view().state !== 'closed') want(connection, true);
      return connection.view();
    },
    async close(id) {
      const connection = find(id);
      want(connection, false);
      await connection.close();
      return connection.view();
    },
    find,
    toSend(id, confirm) {
      const connection = find(id);
      const name = guard(connection.kept());
      if (name === null || confirm === name) return connection;
      throw new BenchError(
        'CONFIRMATION_NEEDED',
        `the broker of ${connection.kept().name} is marked as production, as ${name}`,
        { next: `confirm it with that name, ${name}` },
      );
    },
    async resume() {
      const wanted = [...all.values()].filter((each) => each.kept().wanted && each.kept().url);
      // What cannot be opened shows why.
      await Promise.allSettled(wanted.map((each) => each.open()));
    },
    wake() {
      for (const each of all.values()) each.wake();
    },
    async end() {
      counting.abort();
      feed.close();
      const open = [...all.values()];
      all.clear();
      await Promise.all(open.map((each) => each.close()));
    },
  };
}

const PORTS: Readonly<Record<string, string>> = {
  ...{ 'mqtt:': '1883', 'mqtts:': '8883', 'ws:': '80', 'wss:': '443' },
};
const LOOPBACK = new Set(['127.0.0.1', '[::1]', 'localhost']);

/** Host and port alone, however they are written. */
function brokerAt(url: string | null | undefined): string | null {
  if (url == null) return null;
  const { protocol, hostname, port } = new URL(url);
  const host = hostname.toLowerCase().replace(/\.$/, '');
  return `${LOOPBACK.has(host) ? 'localhost' : host}:${port || (PORTS[protocol] ?? '')}`;
}
