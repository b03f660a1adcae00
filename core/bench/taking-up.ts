import { type Starters } from './roles.ts';
import { type Uptake } from './trust/uptake.ts';

/** A role starts with what Trust was a moment before; what changed meanwhile it gets now. */
export function takingUp(starters: Starters, uptake: Uptake): Starters {
  const wrapped = Object.entries(starters).map(([role, start]) => [
    role,
    async () => {
      const running = await start();
      await uptake.refresh();
      return running;
    },
  ]);
  return Object.fromEntries(wrapped) as Starters;
}
