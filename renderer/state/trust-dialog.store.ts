import { create } from 'zustand';

/** What the Trust screen asks before it acts. In a store, so that the palette opens it as well. */
export type TrustDialog =
  | { kind: 'issue' }
  | { kind: 'sign' }
  | { kind: 'import' }
  | { kind: 'new-ca' }
  | { kind: 'dcu'; vin: string | null }
  | { kind: 'export'; fingerprint: string }
  | { kind: 'renew'; fingerprint: string }
  | { kind: 'revoke'; fingerprint: string }
  | { kind: 'secret' };

type Store = { dialog: TrustDialog | null; selected: string | null };

export const useTrustDialog = create<Store>()(() => ({ dialog: null, selected: null }));

export function openDialog(dialog: TrustDialog): void {
  useTrustDialog.setState({ dialog });
}

export function closeDialog(): void {
  useTrustDialog.setState({ dialog: null });
}

/** The certificate whose details are shown, by fingerprint. */
export function selectCertificate(fingerprint: string): void {
  useTrustDialog.setState({ selected: fingerprint });
}
