/*
 * German for what the core says in English, by the English template itself (see ui/told). English
 * needs no table: it is what the core said. That each sentence of the core is here is tested beside.
 */
import vehicle from './de/core/vehicle.json' with { type: 'json' };
import update from './de/core/update.json' with { type: 'json' };
import trust from './de/core/trust.json' with { type: 'json' };
import broker from './de/core/broker.json' with { type: 'json' };
import lab from './de/core/lab.json' with { type: 'json' };
import scenario from './de/core/scenario.json' with { type: 'json' };
import bench from './de/core/bench.json' with { type: 'json' };

export const germanOfCore: Readonly<Record<string, string>> = {
  ...{ ...vehicle, ...update, ...trust, ...broker, ...lab, ...scenario, ...bench },
};
