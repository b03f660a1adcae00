import {
  IconCar,
  IconFileCertificate,
  IconFlask,
  IconListSearch,
  IconPencilPlus,
  IconRouteSquare,
  IconSettings,
  IconShieldLock,
  type TablerIcon,
} from '@tabler/icons-react';
import type { Screen } from '../../state/screen.store.ts';

/** What each screen is called and what it is for. */
export const screenWords: Record<Screen, { name: string; says: string; icon: TablerIcon }> = {
  bench: { name: 'Bench', says: 'Roles, pipeline and running update', icon: IconRouteSquare },
  compose: { name: 'Compose', says: 'Sign and publish your own firmware', icon: IconPencilPlus },
  traffic: { name: 'Traffic', says: 'Every MQTT message, live', icon: IconListSearch },
  vehicles: { name: 'Vehicles', says: 'ECUs, banks and rollback', icon: IconCar },
  lab: { name: 'Lab', says: 'Scenarios, attacks and faults', icon: IconFlask },
  reports: { name: 'Reports', says: 'Signed session reports', icon: IconFileCertificate },
  trust: { name: 'Trust', says: 'Certificates, access rules, audit', icon: IconShieldLock },
  settings: { name: 'Settings', says: 'Ports, signing, policies, credentials', icon: IconSettings },
};
