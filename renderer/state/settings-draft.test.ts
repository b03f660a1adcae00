import { afterAll, expect, it } from 'vitest';
import type { Settings } from '#core/contract';
import { draftSettings, useSettingsDraft, withoutChange } from './settings-draft.store.ts';

afterAll(() => {
  useSettingsDraft.setState(useSettingsDraft.getInitialState());
});

// Only what is looked at here.
const settings = (topicRoot: string, algorithm: string) =>
  ({ topicRoot, algorithm }) as unknown as Settings;

it('holds nothing but what was changed, so that another window keeps what it saved', () => {
  draftSettings({ topicRoot: 'b' });
  draftSettings({ topicRoot: 'c' });
  const saved = settings('a', 'ES256');
  expect({ ...saved, ...useSettingsDraft.getState().draft }).toEqual(settings('c', 'ES256'));
});

it('undoes its own change alone, and not where it was changed again', () => {
  const [before, wanted] = [settings('a', 'EdDSA'), settings('b', 'EdDSA')];
  expect(withoutChange(before, wanted, settings('b', 'ES256'))).toEqual(settings('a', 'ES256'));
  expect(withoutChange(before, wanted, settings('c', 'EdDSA'))).toEqual(settings('c', 'EdDSA'));
});
