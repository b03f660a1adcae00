import type { CertificateState, CertificateView, FlowName, Severity } from '#core/contract';
import { t } from '../../i18n/index.ts';
import type { Verdict } from '../../state/verdict.ts';
import type { Tone, Words } from '../../ui/words.ts';

type Word = Omit<Words, 'says'>;

const certificateTones: Record<CertificateState, Tone> = {
  valid: 'ok',
  expiring: 'warn',
  expired: 'bad',
  not_yet_valid: 'warn',
  revoked: 'bad',
};

export const certificateWords = (state: CertificateState): Word => ({
  word: t(`trust:state.${state}`),
  tone: certificateTones[state],
});

export const kindWords = (kind: CertificateView['kind']): string => t(`trust:kind.${kind}`);

const verdictTones: Record<Verdict, Tone> = {
  works: 'ok',
  broken: 'bad',
  wide: 'warn',
  closed: 'quiet',
};

export const verdictWords = (verdict: Verdict): Words => ({
  word: t(`trust:verdict.${verdict}.word`),
  says: t(`trust:verdict.${verdict}.says`),
  tone: verdictTones[verdict],
});

const severityTones: Record<Severity, Tone> = {
  high: 'bad',
  medium: 'warn',
  low: 'quiet',
  info: 'quiet',
};

export const severityWords = (severity: Severity): Word => ({
  word: t(`trust:severity.${severity}`),
  tone: severityTones[severity],
});

export const flowWords = (flow: FlowName): { name: string; says: string } => ({
  name: t(`trust:flow.${flow}.name`),
  says: t(`trust:flow.${flow}.says`),
});
