import { type DatabaseSync } from 'node:sqlite';
import { defaultAcl, parseAcl, type AclRules } from '#core/acl';
import { storedText } from '../store.ts';

/** The access list of the embedded broker. It names people, and nothing in it is secret. */
export type AclStore = {
  /** What a person set, else the default for the present topic root. */
  text(): string;
  isDefault(): boolean;
  /**
   * Null: the default again.
   * @throws AclError ACL_SYNTAX with line and column; then nothing has changed
   */
  set(text: string | null): AclRules;
};

export function openAcl(db: DatabaseSync, root: () => string): AclStore {
  const stored = storedText(db, 'acl');
  return {
    text: () => stored.get() ?? defaultAcl(root()),
    isDefault: () => stored.get() === null,
    set(text) {
      const rules = parseAcl(text ?? defaultAcl(root()));
      stored.set(text);
      return rules;
    },
  };
}
