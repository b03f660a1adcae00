import { create } from 'zustand';

type ProfileDraftsStore = {
  /** Texts of profiles that were changed and not saved, by profile: closing loses none of them. */
  texts: Readonly<Record<string, string>>;
};

export const useProfileDrafts = create<ProfileDraftsStore>()(() => ({ texts: {} }));

/** Keeps what is written; what is the same as the file is no draft. */
export function keepProfileDraft(name: string, text: string, filed: string): void {
  if (text === filed) dropProfileDraft(name);
  else useProfileDrafts.setState(({ texts }) => ({ texts: { ...texts, [name]: text } }));
}

/** @param saved what was typed since it was sent stays a draft; without it all is dropped */
export function dropProfileDraft(name: string, saved?: string): void {
  if (saved !== undefined && useProfileDrafts.getState().texts[name] !== saved) return;
  useProfileDrafts.setState(({ texts }) => ({
    texts: Object.fromEntries(Object.entries(texts).filter(([each]) => each !== name)),
  }));
}
