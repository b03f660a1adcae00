import { afterAll, expect, it } from 'vitest';
import { closeDraft, draftRan, openDraft, useDraft } from './scenario-draft.store.ts';

afterAll(() => {
  closeDraft();
});

it('shows no run of one scenario beside another that was opened meanwhile', () => {
  openDraft('one.json', '{}');
  draftRan('one.json', 'r1');
  expect(useDraft.getState().runId).toBe('r1');
  openDraft('two.json', '{}');
  draftRan('one.json', 'r2');
  expect(useDraft.getState().runId).toBeNull();
});
