import type { CertificateState, CertificateView, Severity } from '#core/contract';
import type { Verdict } from '../../state/verdict.ts';
import type { Tone } from '../../ui/words.ts';

export const certificateWords: Record<CertificateState, { word: string; tone: Tone }> = {
  valid: { word: 'Valid', tone: 'ok' },
  expiring: { word: 'Ends soon', tone: 'warn' },
  expired: { word: 'Expired', tone: 'bad' },
  not_yet_valid: { word: 'Not yet valid', tone: 'warn' },
  revoked: { word: 'Revoked', tone: 'bad' },
};

export const kindWords: Record<CertificateView['kind'], string> = {
  ca: 'CA',
  server: 'TLS server',
  client: 'MQTT client',
};

export const verdictWords: Record<Verdict, { word: string; says: string; tone: Tone }> = {
  works: { word: 'works', says: 'needed, allowed', tone: 'ok' },
  broken: { word: 'broken', says: 'needed, refused', tone: 'bad' },
  wide: { word: 'too wide', says: 'allowed, not needed', tone: 'warn' },
  closed: { word: 'closed', says: 'not needed', tone: 'quiet' },
};

export const severityWords: Record<Severity, { word: string; tone: Tone }> = {
  high: { word: 'High', tone: 'bad' },
  medium: { word: 'Medium', tone: 'warn' },
  low: { word: 'Low', tone: 'quiet' },
  info: { word: 'For information', tone: 'quiet' },
};
