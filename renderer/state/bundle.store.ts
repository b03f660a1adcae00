import { create } from 'zustand';
import type { RefusalView } from '#core/contract';
import type { OpenedBundle } from './bundle-file.ts';
import { showComposed } from './compose.store.ts';
import { useConnection } from './connection.store.ts';
import { NOT_CONNECTED, RefusedHere, toRefusal } from './refusal.ts';
import { sendImage } from './upload.store.ts';

export type BundleState =
  | { kind: 'none' }
  | { kind: 'reading'; name: string }
  | { kind: 'refused'; name: string; refusal: RefusalView }
  | { kind: 'open'; bundle: OpenedBundle; refusal: RefusalView | null }
  /** Its images go into the store, then the whole is signed. */
  | { kind: 'storing'; bundle: OpenedBundle; sent: number; size: number }
  | { kind: 'signed'; bundle: OpenedBundle };

export const useBundle = create<{ bundle: BundleState }>()(() => ({ bundle: { kind: 'none' } }));

const show = (bundle: BundleState): void => useBundle.setState({ bundle });

/** A later one ends what goes on about the one before. */
let working = new AbortController();

export function closeBundle(): void {
  working.abort();
  show({ kind: 'none' });
}

export async function openBundle(file: File): Promise<void> {
  working.abort();
  working = new AbortController();
  const { signal } = working;
  show({ kind: 'reading', name: file.name });
  try {
    const { readBundle } = await import('./bundle-file.ts');
    const bundle = await readBundle(file);
    if (!signal.aborted) show({ kind: 'open', bundle, refusal: null });
  } catch (error) {
    if (!signal.aborted) show({ kind: 'refused', name: file.name, refusal: toRefusal(error) });
  }
}

/** Stores the images and signs them for one vehicle; the message stands beside, to be published. */
export async function signBundle(bundle: OpenedBundle, vin: string): Promise<void> {
  working.abort();
  working = new AbortController();
  const { signal } = working;
  const size = bundle.members.reduce((sum, { image }) => sum + image.size, 0);
  try {
    const { state } = useConnection.getState();
    if (state.kind !== 'up') throw new RefusedHere(NOT_CONNECTED);
    const { client } = state;
    let before = 0;
    const members = [];
    for (const { ecu: ecuId, version, releaseCounter, requires, image } of bundle.members) {
      const artifact = await sendImage(client, image, signal, (sent) => {
        show({ kind: 'storing', bundle, sent: before + sent, size });
      });
      before += image.size;
      members.push({
        ...{ ecuId, version, artifactSha256: artifact.sha256, artifactName: artifact.name },
        ...(releaseCounter === undefined ? {} : { releaseCounter }),
        ...(requires === undefined ? {} : { requires }),
      });
    }
    const { version, description } = bundle;
    const draft = { vin, version, description, members };
    showComposed(await client.updates.composeGroup({ draft }, { signal }));
    show({ kind: 'signed', bundle });
  } catch (error) {
    if (!signal.aborted) show({ kind: 'open', bundle, refusal: toRefusal(error) });
  }
}
