import type { SpotlightActionData } from '@mantine/spotlight';
import { IconCar } from '@tabler/icons-react';
import type { VehicleView } from '#core/contract';
import { t } from '../../i18n/index.ts';
import { showScreen } from '../../state/screen.store.ts';

/** No VIN, and in no text. */
const VIN_HERE = '\u0000';

/**
 * The palette's way to each vehicle. Their words are put together once, not a thousand times: they
 * differ in little but the VIN.
 */
export function vehicleActions(vehicles: readonly VehicleView[]): SpotlightActionData[] {
  const label = t('shell:palette.vehicle.label', { vin: VIN_HERE });
  const icon = <IconCar size={18} stroke={1.7} />;
  const descriptions = new Map<string, string>();
  const describe = ({ online, ecus }: VehicleView): string => {
    const alike = `${String(online)} ${String(ecus.length)}`;
    const known = descriptions.get(alike);
    if (known !== undefined) return known;
    const words = t(online ? 'shell:palette.vehicle.online' : 'shell:palette.vehicle.offline', {
      ecus: t('ui:ecus', { count: ecus.length }),
    });
    descriptions.set(alike, words);
    return words;
  };
  return vehicles.map((vehicle) => ({
    id: `vehicle-${vehicle.vin}`,
    label: label.replace(VIN_HERE, () => vehicle.vin),
    description: describe(vehicle),
    leftSection: icon,
    onClick: () => {
      showScreen('vehicles', vehicle.vin);
    },
  }));
}
