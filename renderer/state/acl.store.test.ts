import { afterAll, beforeEach, expect, it } from 'vitest';
import type { Client } from '../connect.ts';
import { aclText, editAcl, saveAcl, useAcl } from './acl.store.ts';

afterAll(() => {
  useAcl.setState(useAcl.getInitialState());
});

/** A bench with its rules; `saving` holds what it is asked to save until it is told. */
function aBench(text: string) {
  const saving = Promise.withResolvers<undefined>();
  const kept = { text };
  const link = { isUp: true };
  const answer = <T>(value: T) =>
    link.isUp ? Promise.resolve(value) : Promise.reject(new Error('queue closed'));
  const acl = {
    get: () => answer({ text: kept.text, isDefault: false }),
    set: async ({ text: wanted }: { text: string | null }) => {
      await saving.promise;
      kept.text = wanted ?? 'default';
      return { lines: 1, text: kept.text, isDefault: wanted === null };
    },
    doctor: () => answer({}),
  };
  return {
    ...{ link, saving, kept },
    client: { acl } as unknown as Client,
  };
}

beforeEach(() => {
  useAcl.setState({ ...useAcl.getInitialState(), saved: { text: 'a', isDefault: false } });
});

it('keeps what was typed while the text before it was being saved', async () => {
  const { client, saving, kept } = aBench('a');
  editAcl('b');
  const saved = saveAcl(client, 'b');
  editAcl('bc');
  saving.resolve(undefined);
  await saved;
  expect(kept.text).toBe('b');
  expect(aclText(useAcl.getState())).toBe('bc');
  // Over what it was saved to, so that it can be saved as well.
  expect(useAcl.getState().saved?.text).toBe('b');
});

it('undoes no rules that were saved after those it offered to undo', async () => {
  const { client, saving, kept } = aBench('c');
  useAcl.setState({ saved: { text: 'c', isDefault: false } });
  saving.resolve(undefined);
  await expect(saveAcl(client, 'a', 'b')).rejects.toMatchObject({
    refusal: { code: 'RULES_CHANGED' },
  });
  expect(kept.text).toBe('c');
});

it('leaves the editor as it is when what was saved before is undone', async () => {
  const { client, saving, kept } = aBench('b');
  useAcl.setState({ saved: { text: 'b', isDefault: false } });
  saving.resolve(undefined);
  editAcl('bx');
  await saveAcl(client, 'a', 'b');
  expect(kept.text).toBe('a');
  expect(aclText(useAcl.getState())).toBe('bx');
});

it.each([
  ['b', { text: 'b', isDefault: false }],
  [null, { text: 'default', isDefault: true }],
])(
  'tells of a save that was done, although the connection went right after: %s',
  async (text, is) => {
    const { client, saving, link } = aBench('a');
    editAcl('b');
    const saved = saveAcl(client, text);
    void saving.promise.then(() => (link.isUp = false));
    saving.resolve(undefined);
    expect(await saved).toBe(1);
    expect(useAcl.getState()).toMatchObject({ saved: is, draft: null });
    expect(useAcl.getState().doctor.kind).toBe('refused');
  },
);
