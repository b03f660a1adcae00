import type { Clock, Log } from '#core/ports';
import type { Catalogue } from '#core/catalogue';
import type { Notifications } from '../notifications.ts';
import type { Updates } from '../updates.ts';
import type { Vehicles } from '../vehicles.ts';

/** What the API answers from. */
export type ApiDeps = {
  readonly catalogue: Pick<Catalogue, 'artifact' | 'open' | 'release' | 'releaseText'>;
  readonly updates: Updates;
  readonly vehicles: Vehicles;
  readonly notifications: Notifications;
  readonly clock: Clock;
  readonly log: Log;
};
