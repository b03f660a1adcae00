/** Process of the throughput run: the backend, which reads every vehicle's progress. */
import { LOAD_PASSWORD } from './brokers/load-users.ts';
import { countMessages, openLoadClient, subscribeTo } from './load-client.ts';

const [port = '0'] = process.argv.slice(2);
const client = await openLoadClient(Number(port), 'ota-backend', 'backend', LOAD_PASSWORD);
await subscribeTo(client, 'vehicle/updates/+/progress');
const count = countMessages(client);
process.send?.('ready');
process.on('message', () => process.send?.(count()));
process.once('SIGTERM', () => process.exit(0));
