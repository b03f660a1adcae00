import type { ReportDocument, ReportTime, ReportWord } from '#core/contract';
import { t } from '../../i18n/index.ts';
import { bytes, count } from '../../ui/format.ts';
import type { Tone } from '../../ui/words.ts';

export const wordTones: Record<ReportWord, Tone> = {
  completed: 'ok',
  rolled_back: 'warn',
  refused: 'bad',
  cancelled: 'quiet',
  failed: 'bad',
  unfinished: 'bad',
  nothing_done: 'quiet',
};

export const stateTones = { met: 'ok', unmet: 'bad', unknown: 'quiet' } as const;

/** Milliseconds, for what formats times. */
export function momentOf(time: ReportTime): number {
  return Date.parse(time.utc);
}

/** As it stands in the report, whatever time zone the reader is in. */
export function exactTime({ utc, offsetMinutes }: ReportTime): string {
  const whole = Math.abs(offsetMinutes);
  const two = (value: number): string => String(value).padStart(2, '0');
  const sign = offsetMinutes < 0 ? '−' : '+';
  return `${utc} (UTC${sign}${two(Math.floor(whole / 60))}:${two(whole % 60)})`;
}

type Checked = ReportDocument['updates'][number]['moments'][number]['checked'][number];

export function conditionValue(
  condition: Checked['condition'],
  value: Checked['required'] | null,
): string {
  if (value === null) return t('reports:state.unknown');
  if (typeof value === 'boolean') return value ? t('reports:value.yes') : t('reports:value.no');
  if (typeof value === 'number') {
    if (condition === 'minFreeBytes') return bytes(value);
    return condition === 'minSupplyMillivolts'
      ? t('reports:value.volts', { value: (value / 1_000).toFixed(1) })
      : count(value);
  }
  if (value === 'on') return t('reports:value.on');
  return value === 'off' ? t('reports:value.off') : value;
}
