import { type Context } from '../context.ts';

/**
 * Takes back what the broker retains of a vehicle, in its name: the vehicle itself may be off. An
 * empty retained message is none (MQTT-3.3.1-10). A broker that is away keeps its own.
 */
export async function forgetAtBroker(context: Context, vin: string): Promise<void> {
  const { links, topics, log } = context;
  try {
    const who = { user: vin, clientId: `ota-dcu-${vin}`, clean: true };
    const link = await links.open(context, vin, who);
    for (const kind of ['inventory', 'presence'] as const) {
      await link.publish(topics().of(kind, vin), new Uint8Array(), { qos: 1, retain: true });
    }
  } catch (error) {
    log('warn', `what the broker retains of ${vin} was not taken back`, { reason: String(error) });
  } finally {
    await links.close(vin);
  }
}
