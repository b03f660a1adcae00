import { connect, connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  fixedClock,
  type FixedClock,
  startTestBroker,
  tempDir,
  type TempDir,
  type TestBroker,
} from '#core/testing';

let folder: TempDir;
let test: TestBroker;
const clients: MqttClient[] = [];
beforeEach(async () => {
  folder = await tempDir();
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.end(true);
  await test.close();
  await folder.remove();
});

const as = (clientId: string): IClientOptions => ({
  ...{ username: 'ann', password: 'ann', clientId, reconnectPeriod: 0 },
});

async function start(clock: FixedClock): Promise<void> {
  const acl = 'user ann\ntopic #\n';
  test = await startTestBroker({ users: ['ann'], acl, dir: folder.join('broker'), clock });
}

describe('a durable session whose client stays away', () => {
  const DAY_MS = 86_400_000;

  /** Leaves a session with one message behind. */
  async function leave(clock: FixedClock): Promise<void> {
    await start(clock);
    const ann = await connectAsync(test.url, { ...as('ann'), clean: false });
    await ann.subscribeAsync('a', { qos: 1 });
    await ann.endAsync();
    await test.event(({ kind }) => kind === 'disconnect');
    const other = await connectAsync(test.url, as('other'));
    clients.push(other);
    await other.publishAsync('a', 'kept', { qos: 1 });
  }
  /** What `ann` still gets of it, and whether the broker knows it. */
  async function present(): Promise<boolean> {
    const ann = connect(test.url, { ...as('ann'), clean: false });
    clients.push(ann);
    return new Promise((resolve) => {
      ann.once('connect', ({ sessionPresent }) => {
        resolve(sessionPresent);
      });
    });
  }

  it('is kept for seven days, and discarded within the hour after', async () => {
    const clock = fixedClock();
    await leave(clock);
    clock.advance(7 * DAY_MS - 1);
    expect(await present()).toBe(true);
    clients.pop()?.end(true);
    await test.event(
      (e) => e.kind === 'disconnect' && e.clientId === 'ann' && e.at > clock.now() - 1,
    );
    clock.advance(7 * DAY_MS);
    expect(await present()).toBe(false);
  });

  it('ages while the broker is down, too', async () => {
    const clock = fixedClock();
    await leave(clock);
    await test.close();
    const later = fixedClock(clock.now() + 7 * DAY_MS);
    await start(later);
    expect(await present()).toBe(false);
  });

  it('does not age while the client is there', async () => {
    const clock = fixedClock();
    await leave(clock);
    expect(await present()).toBe(true);
    clock.advance(30 * DAY_MS);
    expect(test.broker.clients().map(({ clientId }) => clientId)).toContain('ann');
    const [ann] = clients.splice(-1);
    ann?.end(true);
    await test.event(
      (e) => e.kind === 'disconnect' && e.clientId === 'ann' && e.at === clock.now(),
    );
    expect(await present()).toBe(true);
  });
});
