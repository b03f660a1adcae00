import { create } from 'zustand';
import type { DoctorReport, RefusalView } from '#core/contract';
import type { Client } from '../connect.ts';
import { t } from '../i18n/index.ts';
import type { Cast } from './cast.ts';
import { onClient, useConnection } from './connection.store.ts';
import { RefusedHere, refusalOf, toRefusal } from './refusal.ts';

/** Long enough to finish a word, short enough to feel at once. */
const PAUSE_MS = 250;

type AclStore = {
  /** The rules the broker goes by, as the bench holds them. Null until they came. */
  saved: { text: string; isDefault: boolean } | null;
  /** What the editor holds; null while nothing differs from `saved`. */
  draft: string | null;
  /** Who plays whom; null when the names are the bench's own. */
  cast: Cast | null;
  report: DoctorReport | null;
  doctor: { kind: 'idle' } | { kind: 'running' } | { kind: 'refused'; refusal: RefusalView };
  /** The cell that is explained, by its key. */
  chosen: string | null;
};

export const useAcl = create<AclStore>()(() => ({
  saved: null,
  draft: null,
  cast: null,
  report: null,
  doctor: { kind: 'idle' },
  chosen: null,
}));

/** What the editor shows. */
export function aclText(store: AclStore): string {
  return store.draft ?? store.saved?.text ?? '';
}

/** Reads the saved rules whenever the connection comes up; unsaved text stays. Returns the stop. */
export function followAcl(): () => void {
  const undo = onClient((client) => {
    if (client !== null) void loadAcl(client);
  });
  // Another window may have saved in the meantime.
  const look = (): void => {
    const { state } = useConnection.getState();
    if (state.kind === 'up' && useAcl.getState().draft === null) void loadAcl(state.client);
  };
  window.addEventListener('focus', look);
  return () => {
    undo();
    window.removeEventListener('focus', look);
    clearTimeout(timer);
  };
}

/** Only the answer to the last question is taken. */
let read = 0;

async function loadAcl(client: Client): Promise<void> {
  read += 1;
  const mine = read;
  try {
    const saved = await client.acl.get();
    if (mine !== read) return;
    const { draft, saved: base } = useAcl.getState();
    if (draft === null || draft === saved.text) useAcl.setState({ saved, draft: null });
    // What was typed was typed over `base`; only so does saving notice that the rules changed since.
    else if (base === null) useAcl.setState({ saved });
    await diagnose(client);
  } catch (error) {
    useAcl.setState({ doctor: { kind: 'refused', refusal: toRefusal(error) } });
  }
}

/**
 * @param over what has to be there still, for an undo: what is in the editor is not touched then
 * @throws RefusedHere RULES_CHANGED where somebody saved others since these were read
 */
export async function saveAcl(client: Client, text: string | null, over?: string): Promise<number> {
  const { saved, draft: sent } = useAcl.getState();
  const present = await client.acl.get();
  const expected = over ?? saved?.text;
  if (expected !== undefined && present.text !== expected) {
    useAcl.setState({ saved: present });
    throw new RefusedHere(
      refusalOf(
        'RULES_CHANGED',
        () => t('ui:refused.rulesChanged.reason'),
        () => t('ui:refused.rulesChanged.next'),
      ),
    );
  }
  // Its own answer tells what is in force: another question might be lost, and the save with it.
  const { lines, ...now } = await client.acl.set({ text });
  read += 1;
  // What was typed while it was on its way is not saved, and not lost either.
  const isSent = over === undefined && useAcl.getState().draft === sent;
  useAcl.setState({ saved: now, ...(isSent ? { draft: null, cast: null } : {}) });
  await diagnose(client);
  return lines;
}

/** Back to what the bench goes by now, which another window may have saved. */
export function discardAcl(): void {
  useAcl.setState({ draft: null, cast: null });
  const { state } = useConnection.getState();
  if (state.kind === 'up') void loadAcl(state.client);
}

/** The person typed. */
export function editAcl(text: string): void {
  const { saved } = useAcl.getState();
  useAcl.setState({ draft: text === saved?.text ? null : text });
  diagnoseSoon();
}

/** Another text, perhaps of somebody else, comes into the editor; nothing is saved by that. */
export function putAcl(text: string, cast: Cast | null): void {
  useAcl.setState({ cast });
  editAcl(text);
}

export function recast(cast: Cast | null): void {
  useAcl.setState({ cast });
  diagnoseSoon();
}

export function chooseCell(key: string | null): void {
  useAcl.setState({ chosen: key });
}

let timer: ReturnType<typeof setTimeout> | undefined;

function diagnoseSoon(): void {
  clearTimeout(timer);
  timer = setTimeout(() => {
    const { state } = useConnection.getState();
    if (state.kind === 'up') void diagnose(state.client);
  }, PAUSE_MS);
}

let asked = 0;

async function diagnose(client: Client): Promise<void> {
  asked += 1;
  const mine = asked;
  const store = useAcl.getState();
  useAcl.setState({ doctor: { kind: 'running' } });
  try {
    const report = await client.acl.doctor({ text: aclText(store), ...store.cast });
    // An answer about a text that has changed since is no answer.
    if (mine === asked) useAcl.setState({ report, doctor: { kind: 'idle' } });
  } catch (error) {
    if (mine === asked) {
      useAcl.setState({ doctor: { kind: 'refused', refusal: toRefusal(error) } });
    }
  }
}
