import type { Finding } from '#core/contract';
import type { AuditSnapshot } from './snapshot.ts';

/** Beyond a minute, short-lived messages are refused or live on. */
const CLOCK_SKEW_LIMIT_MS = 60_000;

/** What messages are worth: signatures, policies and times. */
export function* messageFindings({
  algorithm,
  policies,
  clockSkewMs,
}: AuditSnapshot): Generator<Finding, void> {
  if (algorithm === 'HS256' || algorithm === 'hmac') {
    yield {
      code: 'SHARED_SECRET_SIGNING',
      severity: 'medium',
      title: 'Messages are signed with a shared secret',
      evidence: `algorithm: ${algorithm}; whoever can verify a message can forge one`,
      repair: 'Sign with EdDSA or ES256 where no script needs HMAC.',
    };
  }
  const verifiers = ['gatekeeper', 'dcu', 'backend'] as const;
  const off = verifiers.filter((each) => policies[each] === 'off');
  if (off.length > 0) {
    yield {
      code: 'POLICY_OFF',
      severity: 'high',
      title: 'Signatures are not checked',
      evidence: `policy off: ${off.join(', ')}`,
      repair: 'Set the policy to require under Settings.',
    };
  }
  const warn = verifiers.filter((each) => policies[each] === 'warn');
  if (warn.length > 0) {
    yield {
      code: 'POLICY_WARN',
      severity: 'medium',
      title: 'Messages without a good signature are accepted',
      evidence: `policy warn: ${warn.join(', ')}`,
      repair: 'Set the policy to require under Settings once every sender signs.',
    };
  }
  if (clockSkewMs !== null && Math.abs(clockSkewMs) > CLOCK_SKEW_LIMIT_MS) {
    yield {
      code: 'CLOCK_SKEW',
      severity: 'medium',
      title: 'A sender has another time than this machine',
      evidence: `${String(Math.round(Math.abs(clockSkewMs) / 1_000))} seconds ${clockSkewMs > 0 ? 'ahead of' : 'behind'} this machine`,
      repair: 'Set both clocks by the same source (NTP); expiry is checked against them [P5].',
    };
  }
}
