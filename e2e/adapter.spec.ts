import mqtt from 'mqtt';
import { markerVisible, open, receivedCount, serve } from '../bench/traffic-adapter.mjs';
import { startMosquitto } from './fixtures/mosquitto.ts';
import { expect, test } from './fixtures/test.ts';

test('the list can be driven from outside, beside other inspectors', async ({ page }, testInfo) => {
  testInfo.skip(testInfo.project.name === 'electron', 'it drives the headless host');
  const broker = await startMosquitto();
  const measured = await serve({ port: 0 });
  const client = await mqtt.connectAsync(broker.url);
  try {
    const { hostname, port } = new URL(broker.url);
    await open(page, {
      url: measured.url,
      host: hostname,
      tcpPort: Number(port),
      filter: 'adapter/#',
      topic: 'adapter/marker',
      seed: async () => {
        await client.publishAsync('adapter/marker', 'a text to look for', { qos: 1 });
      },
    });
    expect(await receivedCount(page)).toBeGreaterThan(0);
    expect(await markerVisible(page, 'a text to look for')).toEqual({
      inDom: true,
      onScreen: true,
    });
  } finally {
    await client.endAsync();
    await measured.close();
    await broker.close();
  }
});
