import { useCallback, useEffect } from 'react';
import type { GuidedCheck } from '#core/contract';
import type { Client } from '../../connect.ts';
import { useBench } from '../../state/bench.store.ts';
import { useGuided } from '../../state/guided.store.ts';
import { useVehicles } from '../../state/vehicles.store.ts';
import { useAsk, type Answer } from '../../ui/use-ask.ts';

/** What no stream tells (a release that ends, a file that is gone) is looked at this often. */
const AGAIN_MS = 3_000;

/** The list of checks, asked for again with whatever the vehicle or the bench says of itself. */
export function useChecks(): Answer<{ checks: GuidedCheck[] }> {
  const { vin, chosen } = useGuided((store) => store.run);
  const roles = useBench((store) => {
    const { broker, backend } = store.bench?.roles ?? {};
    return `${broker?.kind ?? ''} ${backend?.kind ?? ''}`;
  });
  const lived = useVehicles((store) => {
    const vehicle = store.vehicles?.find((each) => each.vin === vin);
    if (vehicle === undefined) return '';
    const { online, conditions, job, fault } = vehicle;
    return JSON.stringify([online, conditions, job?.updateId, fault?.code]);
  });
  const ask = useCallback(
    (client: Client) => client.guided.check({ vin: vin ?? '', items: [...chosen] }),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- asked again with every change of them
    [vin, chosen, roles, lived],
  );
  const { answer, again } = useAsk(vin === null || chosen.length === 0 ? null : ask);
  useRepeated(again, true);
  return answer;
}

/** Asks `again` now and then, while it `isOpen` what the answer will be. */
export function useRepeated(again: () => void, isOpen: boolean): void {
  useEffect(() => {
    if (!isOpen) return undefined;
    const timer = setInterval(again, AGAIN_MS);
    return () => {
      clearInterval(timer);
    };
  }, [again, isOpen]);
}
