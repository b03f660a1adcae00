import { create } from 'zustand';
import type { RefusalView, ScenarioProblem } from '#core/contract';
import { useConnection } from './connection.store.ts';
import { toRefusal } from './refusal.ts';

/** Long enough to finish a word, short enough to feel at once. */
const PAUSE_MS = 250;

type DraftStore = {
  /** A scenario as text, while somebody works on it. Kept while one looks at other screens. */
  draft: { name: string; text: string; changed: boolean } | null;
  problems: readonly ScenarioProblem[];
  /** What `problems` are of: a text that has not been looked at is neither right nor wrong. */
  checked: string | null;
  refusal: RefusalView | null;
  /** The newest run of the text. */
  runId: string | null;
};

const nothing: DraftStore = {
  draft: null,
  problems: [],
  checked: null,
  refusal: null,
  runId: null,
};

export const useDraft = create<DraftStore>()(() => nothing);

export function openDraft(name: string, text: string, changed = false): void {
  useDraft.setState({ ...nothing, draft: { name, text, changed } });
  checkSoon(0);
}

export function editDraft(text: string): void {
  const { draft } = useDraft.getState();
  if (draft === null || draft.text === text) return;
  useDraft.setState({ draft: { ...draft, text, changed: true } });
  checkSoon(PAUSE_MS);
}

export function draftSaved(): void {
  const { draft } = useDraft.getState();
  if (draft !== null) useDraft.setState({ draft: { ...draft, changed: false } });
}

/** It runs now; another text that was opened meanwhile has no part in it. */
export function draftRan(name: string, runId: string): void {
  if (useDraft.getState().draft?.name === name) useDraft.setState({ runId });
}

export function closeDraft(): void {
  clearTimeout(timer);
  useDraft.setState(nothing);
}

let timer: ReturnType<typeof setTimeout> | undefined;

function checkSoon(ms: number): void {
  clearTimeout(timer);
  timer = setTimeout(() => void check(), ms);
}

export async function check(): Promise<void> {
  const { state } = useConnection.getState();
  const { draft } = useDraft.getState();
  if (state.kind !== 'up' || draft === null) return;
  const { text } = draft;
  // An answer about a text that has changed since is no answer.
  const isCurrent = (): boolean => useDraft.getState().draft?.text === text;
  try {
    const problems = await state.client.lab.check({ text });
    if (isCurrent()) useDraft.setState({ problems, checked: text, refusal: null });
  } catch (error) {
    if (isCurrent()) useDraft.setState({ refusal: toRefusal(error) });
  }
}

/** What a new scenario begins with: it can be run as it is. */
export const blankScenario = `${JSON.stringify(
  {
    format: 1,
    id: 'my-scenario',
    title: 'My scenario',
    summary: 'What it shows, in a sentence or two.',
    kind: 'scenario',
    seed: 1,
    steps: [
      { do: 'update', ecu: 'brake', version: '3.1.0' },
      { do: 'waitFor', all: [{ at: 'updates.update.stage', is: 'completed' }] },
      {
        do: 'assert',
        title: 'The brake runs the new version',
        all: [{ at: 'vehicle.ecus.brake.active.version', is: '3.1.0' }],
      },
    ],
  },
  null,
  2,
)}\n`;
