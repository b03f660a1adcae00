/**
 * As many plain mqtt.js connections as a fleet has vehicles, doing nothing but staying: what Node
 * and the client library ask for before any vehicle is simulated.
 */
import { once } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { connect, type MqttClient } from 'mqtt';

const [url = '', given = '0'] = process.argv.slice(2);
const connections = Number(given);
const AT_ONCE = 64;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const resident = (): number => {
  collect();
  collect();
  return process.memoryUsage().rss;
};

const clients: MqttClient[] = [];
const open = async (n: number): Promise<void> => {
  const client = connect(url, { clientId: `peer-${String(n)}`, timerVariant: 'native' });
  clients.push(client);
  await once(client, 'connect');
};

await open(0);
const first = resident();
const began = performance.now();
let next = 1;
await Promise.all(
  Array.from({ length: AT_ONCE }, async () => {
    while (next < connections) await open(next++);
  }),
);
const ms = performance.now() - began;
process.send?.({ ms, kibEach: (resident() - first) / (connections - 1) / 1_024 });
process.once('SIGTERM', () => process.exit(0));
