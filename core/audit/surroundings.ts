import type { Finding } from '#core/contract';
import type { AuditSnapshot } from './snapshot.ts';

/**
 * Oldest major of Electron that a window should run on: the one this product pins (November 2026).
 * Electron mends its newest three majors (electronjs.org, "Electron Releases"); raise it with the pin.
 */
const ELECTRON_LEAST_MAJOR = 45;

/** Where secrets rest, and what the bench runs on. */
export function* surroundingFindings({
  vault,
  secretsInSession,
  runtime,
}: AuditSnapshot): Generator<Finding, void> {
  if (vault.mode === 'session') {
    const { refusal } = vault;
    const why = refusal
      ? `${refusal.code}: ${refusal.reason}`
      : 'the bench was started without the keychain';
    yield {
      code: 'SECRETS_SESSION_ONLY',
      severity: 'medium',
      title: 'Keys and passwords are lost when the bench closes',
      evidence: `${why}; ${String(secretsInSession)} secrets are in memory only`,
      repair: refusal?.next ?? 'Start it with --vault keychain, so that the CA and its keys stay.',
    };
  }
  const major = /^\d+/.exec(runtime.electron ?? '')?.[0];
  if (runtime.electron !== null && Number(major ?? 0) < ELECTRON_LEAST_MAJOR) {
    yield {
      code: 'ELECTRON_OUTDATED',
      severity: 'medium',
      title: 'The window runs on an old Electron',
      evidence: `Electron ${runtime.electron} with Node ${runtime.node}; mended are ${String(ELECTRON_LEAST_MAJOR)} and later`,
      repair: 'Install the current OTA Bench.',
    };
  }
}
