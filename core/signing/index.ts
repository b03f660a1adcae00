export { bundleFault, manifestDigest, type BundleFault } from './bundle.ts';
export { canonicalText } from './canonical.ts';
export { SigningError, type SigningErrorCode, type VerdictCode } from './errors.ts';
export type { Algorithm, KeyUse, PublicJwk, SigningKey, VerifyKey } from './key.ts';
export { createKeyRing, type KeyRing } from './key-ring.ts';
export type { RingEntry } from './stored-keys.ts';
export { exportPrivateJwk, generateKey, importPrivateJwk, importSecret } from './make-key.ts';
export { applyPolicy, type Policy, type PolicyOutcome } from './policy.ts';
export { exportPublicJwk, importPublicJwk, type PublishedJwk } from './public-key.ts';
export {
  createReplayGuard,
  type ReplayCheck,
  type ReplayEntry,
  type ReplayGuard,
} from './replay.ts';
export { nextSeq } from './sequence.ts';
export { signObject, type Signed } from './sign.ts';
export { BUNDLE_TYP, RELEASE_TYP, REPORT_TYP, typOf, type Typ } from './typ.ts';
export { verifyObject, type Verdict, type VerifyOptions } from './verify.ts';
export { replayEntry } from './replay-entry.ts';
