import { guessCast, type Cast } from '../../state/cast.ts';
import { useVehicles } from '../../state/vehicles.store.ts';

/** The parts in a list that came from elsewhere, unless it names the bench's own identities. */
export function guessOwn(text: string): Cast | null {
  const vins = (useVehicles.getState().vehicles ?? []).map(({ vin }) => vin);
  return guessCast(text, ['backend', 'gatekeeper', ...vins]);
}
