import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';

/** Who connects. Password: the user name. */
export type Person = { readonly user: string | null; readonly clientId: string };

/** One broker with the probe and the people connected to it. */
export type AccessSide = {
  apply(acl: string): Promise<void>;
  probe: MqttClient;
  of(person: Person): Promise<MqttClient>;
  close(): void;
};

export async function openAccessSide(
  url: string,
  apply: (acl: string) => Promise<void>,
): Promise<AccessSide> {
  const clients: MqttClient[] = [];
  const live = new Map<Person, MqttClient>();
  const open = async (user: string | null, clientId: string): Promise<MqttClient> => {
    const named: IClientOptions = user === null ? {} : { username: user, password: user };
    const client = await connectAsync(url, { ...named, clientId, reconnectPeriod: 0 });
    client.on('error', () => undefined);
    client.setMaxListeners(0);
    client.stream.setMaxListeners(0);
    clients.push(client);
    return client;
  };
  return {
    apply,
    probe: await open('probe', 'probe'),
    of: async (person) => {
      const client = live.get(person);
      if (client?.connected) return client;
      const fresh = await open(person.user, person.clientId);
      live.set(person, fresh);
      return fresh;
    },
    close: () => {
      for (const client of clients) client.end(true);
    },
  };
}

function subscribe(client: MqttClient, filters: string[]): Promise<readonly number[]> {
  return new Promise((resolve) => {
    client.subscribe(filters, { qos: 0 }, (_, __, packet) => {
      resolve((packet?.granted ?? []) as number[]);
    });
  });
}

/** Publishes, and comes back when the broker took it or closed the connection over it. */
function publish(client: MqttClient, to: string, payload: string): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      client.off('close', done);
      resolve();
    };
    client.once('close', done);
    client.publish(to, payload, { qos: 1 }, done);
  });
}

function listen(client: MqttClient, payload: string): { got: Set<string>; stop: () => void } {
  const got = new Set<string>();
  const hear = (to: string, bytes: Buffer): void => {
    if (bytes.toString() === payload) got.add(to);
  };
  client.on('message', hear);
  return { got, stop: () => client.off('message', hear) };
}

/** All that was published before has been handed out once the probe hears itself. */
async function settle({ probe }: AccessSide): Promise<void> {
  await probe.subscribeAsync('$m/end');
  const heard = new Promise<void>((resolve) => {
    const hear = (to: string): void => {
      if (to !== '$m/end') return;
      probe.off('message', hear);
      resolve();
    };
    probe.on('message', hear);
  });
  await probe.publishAsync('$m/end', '', { qos: 1 });
  await heard;
}

export async function writtenBy(
  on: AccessSide,
  person: Person,
  topics: string[],
): Promise<Set<string>> {
  const payload = `by ${person.clientId}`;
  const { got, stop } = listen(on.probe, payload);
  await on.probe.subscribeAsync(topics);
  for (const each of topics) await publish(await on.of(person), each, payload);
  await settle(on);
  await on.probe.unsubscribeAsync(topics);
  stop();
  return got;
}

export async function readBy(
  on: AccessSide,
  person: Person,
  topics: string[],
  filters: string[],
): Promise<{ got: Set<string>; granted: readonly number[] }> {
  const client = await on.of(person);
  const payload = `for ${person.clientId}`;
  const { got, stop } = listen(client, payload);
  const granted = await subscribe(client, filters);
  await Promise.all(topics.map((each) => publish(on.probe, each, payload)));
  await settle(on);
  // Its answer travels behind all that was sent to this client.
  await client.unsubscribeAsync(filters);
  stop();
  return { got, granted };
}
