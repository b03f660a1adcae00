import type { MessageKind } from '#core/protocol';

/** [S2] the JWS `typ` of each kind, so that a signature cannot be moved to another kind. */
const TYPES = {
  issue_details: 'ota-issue+jws',
  status: 'ota-status+jws',
  acknowledgment: 'ota-ack+jws',
  progress: 'ota-progress+jws',
  command: 'ota-command+jws',
  inventory: 'ota-inventory+jws',
  presence: 'ota-presence+jws',
  firmware_request: 'ota-request+jws',
  firmware_block: 'ota-block+jws',
} as const satisfies Record<MessageKind, string>;

export const RELEASE_TYP = 'ota-release+jws';
/** Of releases that belong together; signed by the same keys, and no manifest. */
export const BUNDLE_TYP = 'ota-bundle+jws';
/** Of a session report; no message is signed so. */
export const REPORT_TYP = 'ota-report+jws';
export type Typ =
  (typeof TYPES)[MessageKind] | typeof RELEASE_TYP | typeof BUNDLE_TYP | typeof REPORT_TYP;

export function typOf(kind: MessageKind): Typ {
  return TYPES[kind];
}
