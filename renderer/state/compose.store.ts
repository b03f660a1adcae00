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

/** Whose message it is: that of the form, or that of a bundle, which stands in its place. */
type Origin = 'form' | 'bundle';

type ComposeStore = { form: DraftForm; origin: Origin; composition: Composition };

/** A pause in typing; long enough that a word is not signed letter by letter. */
const SETTLE_MS = 350;

/** What an empty form still needs. */
const missingOf = (completed: Completed): Composition =>
  completed.kind === 'incomplete' ? completed : { kind: 'composing' };

export const useCompose = create<ComposeStore>()(() => ({
  form: emptyDraft,
  origin: 'form',
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
    useCompose.setState({ origin: 'form', composition: completed });
    return;
  }
  useCompose.setState({ origin: 'form', composition: { kind: 'composing' } });
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

/**
 * Puts the message of a bundle in the place of the form's. From the first moment, so that nobody
 * publishes the one before by taking it for this. The next edit of the form takes its place.
 *
 * @throws what `compose` throws; nothing can be published until `leaveBundle` then.
 */
export async function composeBundle(compose: () => Promise<Composed>): Promise<void> {
  clearTimeout(settle);
  revision += 1;
  const asked = revision;
  useCompose.setState({ origin: 'bundle', composition: { kind: 'composing' } });
  const composed = await compose();
  if (asked === revision) useCompose.setState({ composition: { kind: 'ready', composed } });
}

/** The form's message again, where that of a bundle stood in its place. */
export function leaveBundle(): void {
  if (useCompose.getState().origin === 'bundle') recompose();
}

/**
 * Publishes exactly the bytes on show. A second press while one is on its way does nothing. A
 * refusal takes their place; where other bytes stand there by now, it is told `late` instead.
 */
export async function publishComposed(
  late: (refusal: RefusalView) => void,
): Promise<string | null> {
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
  // That nothing went out is news also for whoever writes the next one.
  else if (result.kind === 'refused') late(result.refusal);
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

useUpload.subscribe(({ upload }, { upload: before }) => {
  if (upload.kind === before.kind && upload.kind !== 'stored') return;
  // How an upload ends is no edit: a bundle that was taken up since keeps its place.
  const isEdit = before.kind !== 'sending' || upload.kind === 'none';
  if (isEdit || useCompose.getState().origin === 'form') recompose();
});
