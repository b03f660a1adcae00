import { expect, it } from 'vitest';
import { dropProfileDraft, keepProfileDraft, useProfileDrafts } from './profile-drafts.store.ts';

const texts = () => useProfileDrafts.getState().texts;

it('keeps what was changed of each profile until it is saved, dropped or written back', () => {
  keepProfileDraft('demo', '{"a":1}', '{}');
  keepProfileDraft('truck', '{"b":1}', '{}');
  keepProfileDraft('demo', '{"a":2}', '{}');
  expect(texts()).toEqual({ demo: '{"a":2}', truck: '{"b":1}' });
  keepProfileDraft('truck', '{}', '{}');
  expect(texts()).toEqual({ demo: '{"a":2}' });
  // Typed on while it was being saved.
  dropProfileDraft('demo', '{"a":1}');
  expect(texts()).toEqual({ demo: '{"a":2}' });
  dropProfileDraft('demo', '{"a":2}');
  expect(texts()).toEqual({});
});
