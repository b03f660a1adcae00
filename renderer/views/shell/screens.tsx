import {
  IconCar,
  IconFileCertificate,
  IconFlask,
  IconHelp,
  IconListCheck,
  IconListSearch,
  IconPencilPlus,
  IconRouteSquare,
  IconSettings,
  IconShieldLock,
  type TablerIcon,
} from '@tabler/icons-react';
import { t } from '../../i18n/index.ts';
import type { Screen } from '../../state/screen.store.ts';

const icons: Record<Screen, TablerIcon> = {
  guided: IconListCheck,
  bench: IconRouteSquare,
  compose: IconPencilPlus,
  traffic: IconListSearch,
  vehicles: IconCar,
  lab: IconFlask,
  reports: IconFileCertificate,
  trust: IconShieldLock,
  settings: IconSettings,
  help: IconHelp,
};

/** What a screen is called and what it is for. */
export function screenWords(screen: Screen): { name: string; says: string; icon: TablerIcon } {
  return {
    name: t(`shell:screen.${screen}.name`),
    says: t(`shell:screen.${screen}.says`),
    icon: icons[screen],
  };
}
