import { create } from 'zustand';
import type { Composed, RefusalView } from '#core/contract';
import type { OpenedBundle } from './bundle-file.ts';
import { composeBundle, leaveBundle, useCompose } from './compose.store.ts';
import { useConnection } from './connection.store.ts';
import { NOT_CONNECTED, RefusedHere, toRefusal } from './refusal.ts';
import { sendImage } from './upload.store.ts';

export type BundleState =
  | { kind: 'none' }
  | { kind: 'reading'; name: string }
  | { kind: 'refused'; name: string; refusal: RefusalView }
  | { kind: 'open'; bundle: OpenedBundle; refusal: RefusalView | null }
  /** Its images go into the store, then the whole is signed. */
  | { kind: 'storing'; bundle: OpenedBundle; vin: string; sent: number; size: number }
  | { kind: 'signed'; bundle: OpenedBundle; vin: string };

export const useBundle = create<{ bundle: BundleState }>()(() => ({ bundle: { kind: 'none' } }));

const show = (bundle: BundleState): void => useBundle.setState({ bundle });

/** A later one ends what goes on about the one before. */
let working = new AbortController();

export function closeBundle(): void {
  working.abort();
  show({ kind: 'none' });
  leaveBundle();
}

/** Back to a bundle that is only open, as for another vehicle; its message goes, unpublished. */
export function unsignBundle(): void {
  const { bundle } = useBundle.getState();
  if (bundle.kind !== 'storing' && bundle.kind !== 'signed') return;
  working.abort();
  show({ kind: 'open', bundle: bundle.bundle, refusal: null });
  leaveBundle();
}

export async function openBundle(file: File): Promise<void> {
  working.abort();
  working = new AbortController();
  const { signal } = working;
  show({ kind: 'reading', name: file.name });
  leaveBundle();
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
  const tell = (sent: number): void => show({ kind: 'storing', bundle, vin, sent, size });
  tell(0);
  try {
    await composeBundle(() => storeAndSign(bundle, vin, signal, tell));
    if (!signal.aborted) show({ kind: 'signed', bundle, vin });
  } catch (error) {
    if (signal.aborted) return;
    show({ kind: 'open', bundle, refusal: toRefusal(error) });
    leaveBundle();
  }
}

async function storeAndSign(
  { version, description, members: images }: OpenedBundle,
  vin: string,
  signal: AbortSignal,
  tell: (sent: number) => void,
): Promise<Composed> {
  const { state } = useConnection.getState();
  if (state.kind !== 'up') throw new RefusedHere(NOT_CONNECTED);
  const { client } = state;
  let before = 0;
  const members = [];
  for (const { ecu: ecuId, version: own, releaseCounter, requires, image } of images) {
    const artifact = await sendImage(client, image, signal, (sent) => {
      tell(before + sent);
    });
    before += image.size;
    members.push({
      ...{ ecuId, version: own, artifactSha256: artifact.sha256, artifactName: artifact.name },
      ...(releaseCounter === undefined ? {} : { releaseCounter }),
      ...(requires === undefined ? {} : { requires }),
    });
  }
  const draft = { vin, version, description, members };
  return client.updates.composeGroup({ draft }, { signal });
}

// An edit of the form puts its own message in the place of the bundle's.
useCompose.subscribe(({ origin }, before) => {
  if (origin === 'form' && before.origin === 'bundle') unsignBundle();
});
