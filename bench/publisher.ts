/** Process of the throughput run: every vehicle publishes progress as fast as it is acknowledged. */
import { LOAD_PASSWORD, VINS } from './brokers/load-users.ts';
import { openLoadClient, publishUntil } from './load-client.ts';

const [port = '0', ms = '0', size = '0', window = '1'] = process.argv.slice(2);
const payload = Buffer.alloc(Number(size), '{"progress":42}');
const clients = await Promise.all(
  VINS.map(async (vin) => ({
    vin,
    client: await openLoadClient(Number(port), `ota-dcu-${vin}`, vin, LOAD_PASSWORD),
  })),
);
process.send?.('ready');
await new Promise((resolve) => process.once('message', resolve));
const start = performance.now();
const stop = new Promise<void>((resolve) => setTimeout(resolve, Number(ms)));
const counts = await Promise.all(
  clients.map(({ vin, client }) =>
    publishUntil(client, `vehicle/updates/${vin}/progress`, payload, Number(window), stop),
  ),
);
const took = performance.now() - start;
process.send?.({ acknowledged: counts.reduce((sum, count) => sum + count, 0), took }, () => {
  process.exit(0);
});
