export type AclAccess = 'read' | 'write' | 'readwrite' | 'deny';

/** One `topic` or `pattern` line. */
export type AclLine = {
  /** Where it stands in the text, from 1. */
  readonly line: number;
  readonly access: AclAccess;
  readonly filter: string;
  readonly levels: readonly string[];
} & (
  | {
      readonly kind: 'topic';
      /** null: clients that gave no name, the lines before the first `user`. */
      readonly user: string | null;
    }
  | { readonly kind: 'pattern' }
);

export type AclRules = { readonly lines: readonly AclLine[] };
