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
  toSha256?: string;
};

/**
 * Resolves with the id of what `vin` does, or null if it was not among those that were asked: it runs
 * another version by now. What the others do is seen on Bench and in their history.
 */
export async function sendRollback(client: Client, wish: RollbackWish): Promise<string | null> {
  const { vin, everywhere: version, toSha256, ...what } = wish;
  const agreed = toSha256 === undefined ? {} : { toSha256 };
  if (version === null) {
    return (await client.vehicles.rollback({ vin, ...what, ...agreed })).updateId;
  }
  const { asked, unasked } = await client.vehicles.recall({
    ...{ version, ...what },
    ...(toSha256 === undefined ? {} : { agreed: { vin, toSha256 } }),
  });
  notifications.show({
    message: t('vehicles:rollback.askedAll', { vehicles: count(asked.length) }),
  });
  for (const { vin: other, refusal } of unasked) {
    const message = t('vehicles:rollback.unasked', { vin: other, code: refusal.code });
    notifications.show({ color: 'red', message });
  }
  return asked.find((each) => each.vin === vin)?.updateId ?? null;
}
