/** The embedded broker as the bench runs it: ACL, passwords, durable sessions, capture on. */
import { join } from 'node:path';
import { defaultAcl, parseAcl } from '#core/acl';
import { createCredentials, startBroker } from '#core/broker';
import { silentLog, systemClock, systemRandom } from '#core/ports';
import { openRecorder } from '#core/recorder';
import { LOAD_PASSWORD, VINS } from './load-users.ts';

const [dir = ''] = process.argv.slice(2);
const credentials = createCredentials(systemRandom);
for (const user of ['backend', ...VINS]) await credentials.set(user, LOAD_PASSWORD);
const recorder = await openRecorder({ file: join(dir, 'traffic.db'), clock: systemClock });
const broker = await startBroker({
  dir,
  listeners: [{ kind: 'tcp', host: '127.0.0.1', port: 0 }],
  credentials,
  acl: parseAcl(defaultAcl('vehicle/updates')),
  clock: systemClock,
  log: silentLog,
});
broker.onEvent((event) => {
  recorder.add({ ...event, source: 'broker' });
});
process.once('SIGTERM', () => {
  void Promise.all([broker.close(), recorder.close()]).then(() => process.exit(0));
});
process.send?.({ port: broker.endpoints[0]?.port });
