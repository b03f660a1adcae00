import { expect, it, onTestFinished } from 'vitest';
import { silentLog, systemClock } from '#core/ports';
import { startBareBroker } from '#core/testing';
import { openLink, type Link, type LinkAccess } from './index.ts';

const HOUR_MS = 3_600_000;

async function broker(right: () => string): Promise<{ url: string }> {
  const started = await startBareBroker({
    authenticate: (_client, _user, given, done) => {
      const ok = given?.toString() === right();
      done(ok ? null : Object.assign(new Error('no'), { returnCode: 4 }), ok);
    },
  });
  onTestFinished(() => started.close());
  return started;
}

/** Waits so long between tries that only `retry` can be why it connects. */
function open(access: () => LinkAccess): Link {
  const patience = { retryMs: HOUR_MS, maxRetryMs: HOUR_MS };
  const rest = { clientId: 'here', clock: systemClock, log: silentLog, ...patience };
  const link = openLink({ ...access(), access, ...rest });
  onTestFinished(() => link.close());
  return link;
}

it('asks for address and password at each try, and tries at once when told to', async () => {
  const first = await broker(() => 'new');
  const second = await broker(() => 'newer');
  let access = { url: first.url, username: 'backend', password: 'old' };
  const link = open(() => access);
  await expect(link.whenUp()).rejects.toMatchObject({ code: 'BAD_CREDENTIALS' });
  access = { ...access, password: 'new' };
  link.retry();
  await expect.poll(() => link.state.kind).toBe('up');
  access = { ...access, url: second.url, password: 'newer' };
  link.retry();
  expect(link.state.kind).toBe('up');
  link.drop();
  await expect.poll(() => link.state.kind).toBe('lost');
  link.retry();
  await expect.poll(() => link.state.kind).toBe('up');
});
