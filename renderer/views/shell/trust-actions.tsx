import type { SpotlightActionData } from '@mantine/spotlight';
import {
  IconCertificate,
  IconFileImport,
  IconFileZip,
  IconKey,
  IconShieldSearch,
  IconSignature,
  IconTableOptions,
  IconTransfer,
  type TablerIcon,
} from '@tabler/icons-react';
import { t } from '../../i18n/index.ts';
import { showScreen } from '../../state/screen.store.ts';
import { openDialog, type TrustDialog } from '../../state/trust-dialog.store.ts';

type Entry = {
  id: 'issue' | 'sign' | 'import' | 'dcu' | 'new-ca' | 'acl' | 'audit' | 'mosquitto';
  icon: TablerIcon;
  part: string;
  dialog?: TrustDialog;
};

const entries: readonly Entry[] = [
  {
    id: 'issue',
    icon: IconCertificate,
    part: 'certificates',
    dialog: { kind: 'issue' },
  },
  {
    id: 'sign',
    icon: IconSignature,
    part: 'certificates',
    dialog: { kind: 'sign' },
  },
  {
    id: 'import',
    icon: IconFileImport,
    part: 'certificates',
    dialog: { kind: 'import' },
  },
  {
    id: 'dcu',
    icon: IconFileZip,
    part: 'certificates',
    dialog: { kind: 'dcu', vin: null },
  },
  {
    id: 'new-ca',
    icon: IconKey,
    part: 'certificates',
    dialog: { kind: 'new-ca' },
  },
  {
    id: 'acl',
    icon: IconTableOptions,
    part: 'acl',
  },
  {
    id: 'audit',
    icon: IconShieldSearch,
    part: 'audit',
  },
  {
    id: 'mosquitto',
    icon: IconTransfer,
    part: 'mosquitto',
  },
];

/** The palette's way into Trust: to the part, and to its question where it has one. */
export function trustActions(): SpotlightActionData[] {
  return entries.map(({ id, icon: Icon, part, dialog }) => ({
    id: `trust-${id}`,
    label: t(`shell:trust.${id}.label`),
    description: t(`shell:trust.${id}.says`),
    leftSection: <Icon size={18} stroke={1.7} />,
    onClick: () => {
      showScreen('trust', part);
      if (dialog) openDialog(dialog);
    },
  }));
}
