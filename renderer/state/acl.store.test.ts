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
  const acl = {
    get: () => Promise.resolve({ text: kept.text, isDefault: false }),
    set: async (wanted: { text: string }) => {
      await saving.promise;
      kept.text = wanted.text;
      return { lines: 1 };
    },
    doctor: () => Promise.resolve({}),
  };
  return { client: { acl } as unknown as Client, saving, kept };
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
