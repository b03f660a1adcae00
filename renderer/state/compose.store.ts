import { create } from 'zustand';
import type {
  ArtifactView,
  Composed,
  RefusalView,
  ReleaseDraft,
  SigningAlgorithm,
} from '#core/contract';
import type { Client } from '../connect.ts';
import { useConnection } from './connection.store.ts';
import {
  completeDraft,
  emptyDraft,
  type Completed,
  type DraftForm,
  type Missing,
} from './draft.ts';
import { NOT_CONNECTED, toRefusal } from './refusal.ts';
import { useUpload } from './upload.store.ts';

/** How far the draft has come. */
export type Composition =
  | { kind: 'incomplete'; missing: readonly Missing[] }
  | { kind: 'composing' }
  | { kind: 'ready'; composed: Composed }
  | { kind: 'refused'; refusal: RefusalView }
  | { kind: 'publishing'; composed: Composed }
  | { kind: 'published'; composed: Composed; updateId: string };

type ComposeStore = { form: DraftForm; composition: Composition };

/** A pause in typing; long enough that a word is not signed letter by letter. */
const SETTLE_MS = 350;

/** What an empty form still needs. */
const missingOf = (completed: Completed): Composition =>
  completed.kind === 'incomplete' ? completed : { kind: 'composing' };

export const useCompose = create<ComposeStore>()(() => ({
  form: emptyDraft,
  composition: missingOf(completeDraft(emptyDraft, null)),
}));

let settle: ReturnType<typeof setTimeout> | undefined;
/** Counts changes, so that an answer about an older draft is not shown. */
let revision = 0;

export function editDraft(change: Partial<DraftForm>): void {
  useCompose.setState(({ form }) => ({ form: { ...form, ...change } }));
  recompose();
}

/** Composes anew from what is filled in; also when the image changed. */
export function recompose(): void {
  clearTimeout(settle);
  revision += 1;
  const asked = revision;
  const completed = completeDraft(useCompose.getState().form, storedImage());
  if (completed.kind === 'incomplete') {
    useCompose.setState({ composition: completed });
    return;
  }
  useCompose.setState({ composition: { kind: 'composing' } });
  settle = setTimeout(() => {
    void compose(completed.draft, useCompose.getState().form.algorithm, asked);
  }, SETTLE_MS);
}

async function compose(
  draft: ReleaseDraft,
  algorithm: SigningAlgorithm | null,
  asked: number,
): Promise<void> {
  const composition = await attempt(async (client) => ({
    kind: 'ready' as const,
    composed: await client.updates.compose({ draft, ...(algorithm ? { algorithm } : {}) }),
  }));
  if (asked === revision) useCompose.setState({ composition });
}

/** A message that was composed elsewhere, such as that of a bundle; the next edit takes its place. */
export function showComposed(composed: Composed): void {
  clearTimeout(settle);
  revision += 1;
  useCompose.setState({ composition: { kind: 'ready', composed } });
}

/** Publishes exactly the bytes on show. A second press while one is on its way does nothing. */
export async function publishComposed(): Promise<string | null> {
  const { composition } = useCompose.getState();
  if (composition.kind !== 'ready') return null;
  const { composed } = composition;
  clearTimeout(settle);
  revision += 1;
  const asked = revision;
  useCompose.setState({ composition: { kind: 'publishing', composed } });
  const result = await attempt(async (client) => {
    const { updateId } = await client.updates.publish({ composedId: composed.composedId });
    return { kind: 'published' as const, composed, updateId };
  });
  if (asked === revision) useCompose.setState({ composition: result });
  return result.kind === 'published' ? result.updateId : null;
}

async function attempt<T extends Composition>(
  command: (client: Client) => Promise<T>,
): Promise<T | Extract<Composition, { kind: 'refused' }>> {
  const { state } = useConnection.getState();
  if (state.kind !== 'up') return { kind: 'refused', refusal: NOT_CONNECTED };
  try {
    return await command(state.client);
  } catch (error) {
    return { kind: 'refused', refusal: toRefusal(error) };
  }
}

function storedImage(): ArtifactView | null {
  const { upload } = useUpload.getState();
  return upload.kind === 'stored' ? upload.artifact : null;
}

useUpload.subscribe((store, before) => {
  if (store.upload.kind !== before.upload.kind || store.upload.kind === 'stored') recompose();
});
