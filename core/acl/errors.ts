import { CodedError } from '#core/ports';

export type AclErrorCode = 'ACL_SYNTAX';

/** A line of an access list that cannot be read. Lines and columns count from 1. */
export class AclError extends CodedError<AclErrorCode> {
  readonly line: number;
  readonly column: number;

  constructor(reason: string, place: { line: number; column: number }, next: string) {
    super('ACL_SYNTAX', `line ${String(place.line)}, column ${String(place.column)}: ${reason}`, {
      next,
    });
    this.line = place.line;
    this.column = place.column;
  }
}
