import type { PublishRecord } from '#core/contract';
import type { Client } from '../connect.ts';
import { toBase64 } from './files.ts';
import type { PublishDraft } from './publish-draft.ts';
import { showAfter } from './show-after.ts';

/** Sends it once, and shows the history with it, in which what was refused stands as well. */
export async function sendDraft(
  client: Client,
  connection: string,
  { topic, payload, qos, retain, properties }: PublishDraft,
  variables: Readonly<Record<string, string>>,
  confirm: string,
  show: (history: PublishRecord[]) => void,
): Promise<void> {
  try {
    await client.publish.send({
      ...{ connection, topic, qos, retain },
      payloadBase64: toBase64(new TextEncoder().encode(payload)),
      variables,
      ...(properties === null ? {} : { properties }),
      ...(confirm === '' ? {} : { confirm }),
    });
  } finally {
    await showAfter(() => client.publish.history(), show);
  }
}
