import { notifications } from '@mantine/notifications';
import type { RefusalView } from '#core/contract';
import { Refusal } from './refusal.tsx';

/** What was asked for and not done, told to whoever is on another screen by now; it stays until read. */
export function tellLate(refusal: RefusalView): void {
  notifications.show({ autoClose: false, color: 'red', message: <Refusal refusal={refusal} /> });
}
