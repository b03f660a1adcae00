import type { Refusal } from '#core/ports';

/** Main → core. A `client` message carries one port, which becomes one client of the bench. */
export type ToCore =
  { kind: 'start'; workspace: string; version: string } | { kind: 'client' } | { kind: 'close' };

/** Core → main. After `refused` the core waits for `close`. */
export type FromCore = { kind: 'started' } | { kind: 'refused'; refusal: Refusal };
