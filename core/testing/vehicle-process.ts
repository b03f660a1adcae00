/*
 * A vehicle as a process of its own, for tests that kill it. Its only argument is a JSON object;
 * it prints `up` once its place on the broker is taken, and lives until it is killed.
 */
import { DcuProfile, demoProfile, startDcu } from '#core/dcu';
import { openLink } from '#core/link';
import { silentLog, systemClock, systemRandom } from '#core/ports';
import { createTopics } from '#core/protocol';
import { z } from 'zod';
import { aKey, aKeyRing } from './keys.ts';
import { TEST_VIN } from './messages.ts';

const { broker, dir, server, tls, transport, profile, keepaliveSeconds } = z
  .object({
    broker: z.string(),
    dir: z.string(),
    server: z.string(),
    tls: z.object({ ca: z.string(), cert: z.string(), key: z.string() }),
    transport: z.enum(['https', 'blocks']),
    profile: DcuProfile.optional(),
    keepaliveSeconds: z.number().optional(),
  })
  .parse(JSON.parse(process.argv[2] ?? ''));

const clock = systemClock;
const link = openLink({
  url: broker,
  clientId: `ota-dcu-${TEST_VIN}`,
  retryMs: 50,
  ...(keepaliveSeconds === undefined ? {} : { keepaliveSeconds }),
  clock,
  log: silentLog,
});
await link.whenUp();
await startDcu({
  vin: TEST_VIN,
  dir,
  link,
  topics: createTopics(),
  keys: aKeyRing(
    [await aKey('EdDSA', 'release'), 'release'],
    [await aKey('EdDSA', 'gatekeeper'), 'gatekeeper'],
    [await aKey('EdDSA', 'backend'), 'backend'],
  ),
  policy: 'require',
  algorithms: ['EdDSA'],
  signer: await aKey('EdDSA', 'dcu'),
  transport,
  backendApi: { url: () => server, tls },
  profile: profile ?? demoProfile('real'),
  clock,
  random: systemRandom,
  log: silentLog,
});
process.stdout.write('up\n');
