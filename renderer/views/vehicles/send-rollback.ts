import { notifications } from '@mantine/notifications';
import type { Client } from '../../connect.ts';
import { t } from '../../i18n/index.ts';
import { count } from '../../ui/format.ts';

export type RollbackWish = {
  vin: string;
  ecuId: string;
  askedBy?: string;
  /** A version that goes back in every vehicle that runs it there, `vin` among them. */
  everywhere: string | null;
  /** The image that was shown as what `vin` goes back to. */
  toSha256: string | undefined;
};

/**
 * Resolves with the id of what `vin` does, or null if it was not among those that were asked: it runs
 * another version by now. What the others do is seen on Bench and in their history.
 */
export async function sendRollback(client: Client, wish: RollbackWish): Promise<string | null> {
  const { vin, everywhere: version, toSha256, ...what } = wish;
  if (version === null)
    return (await client.vehicles.rollback({ vin, toSha256, ...what })).updateId;
  const agreed = toSha256 === undefined ? undefined : { vin, toSha256 };
  const { asked, unasked } = await client.vehicles.recall({ version, agreed, ...what });
  notifications.show({
    message: t('vehicles:rollback.askedAll', { vehicles: count(asked.length) }),
  });
  for (const { vin: other, refusal } of unasked) {
    const message = t('vehicles:rollback.unasked', { vin: other, code: refusal.code });
    notifications.show({ color: 'red', message });
  }
  return asked.find((each) => each.vin === vin)?.updateId ?? null;
}
