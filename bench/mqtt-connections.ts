/**
 * As many plain mqtt.js connections as a fleet has vehicles, doing nothing but staying: what Node
 * and the client library ask for before any vehicle is simulated.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { connectAsync, type MqttClient } from 'mqtt';

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
  clients.push(await connectAsync(url, { clientId: `peer-${String(n)}`, timerVariant: 'native' }));
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
