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
import { showScreen } from '../../state/screen.store.ts';
import { openDialog, type TrustDialog } from '../../state/trust-dialog.store.ts';

type Entry = {
  id: string;
  label: string;
  description: string;
  icon: TablerIcon;
  part: string;
  dialog?: TrustDialog;
};

const entries: readonly Entry[] = [
  {
    id: 'issue',
    label: 'Issue a certificate',
    description: 'A new key and certificate from the bench CA',
    icon: IconCertificate,
    part: 'certificates',
    dialog: { kind: 'issue' },
  },
  {
    id: 'sign',
    label: 'Sign a certificate request',
    description: 'For a device whose key stays with it',
    icon: IconSignature,
    part: 'certificates',
    dialog: { kind: 'sign' },
  },
  {
    id: 'import',
    label: 'Import a certificate or CA',
    description: 'PEM, DER or PKCS#12',
    icon: IconFileImport,
    part: 'certificates',
    dialog: { kind: 'import' },
  },
  {
    id: 'dcu',
    label: 'Export everything a DCU needs',
    description: 'One zip with certificate, key, CA and addresses',
    icon: IconFileZip,
    part: 'certificates',
    dialog: { kind: 'dcu', vin: null },
  },
  {
    id: 'new-ca',
    label: 'Make a new bench CA',
    description: 'What the present one issued stops being trusted',
    icon: IconKey,
    part: 'certificates',
    dialog: { kind: 'new-ca' },
  },
  {
    id: 'acl',
    label: 'Check the access rules',
    description: 'ACL doctor: who may do what, and why',
    icon: IconTableOptions,
    part: 'acl',
  },
  {
    id: 'audit',
    label: 'Run the security audit',
    description: 'Findings with evidence and repair',
    icon: IconShieldSearch,
    part: 'audit',
  },
  {
    id: 'mosquitto',
    label: 'Export to or import from Mosquitto',
    description: 'A configuration folder that starts as it is',
    icon: IconTransfer,
    part: 'mosquitto',
  },
];

/** The palette's way into Trust: to the part, and to its question where it has one. */
export function trustActions(): SpotlightActionData[] {
  return entries.map(({ id, label, description, icon: Icon, part, dialog }) => ({
    id: `trust-${id}`,
    label,
    description,
    leftSection: <Icon size={18} stroke={1.7} />,
    onClick: () => {
      showScreen('trust', part);
      if (dialog) openDialog(dialog);
    },
  }));
}
