import type { GuidedCheck } from '#core/contract';
import { locale, t } from '../../i18n/index.ts';
import { bytes, volts } from '../../ui/format.ts';

function valueText(check: GuidedCheck['check'], value: number | boolean | string): string {
  if (typeof value === 'boolean') return value ? t('guided:checks.yes') : t('guided:checks.no');
  if (typeof value === 'string') {
    return value === 'on' ? t('guided:checks.on') : t('guided:checks.off');
  }
  switch (check) {
    case 'supply':
      return volts(value);
    case 'temperature':
      return `${new Intl.NumberFormat(locale()).format(value)} °C`;
    case 'online':
      return t('guided:checks.heard', {
        time: new Intl.DateTimeFormat(locale(), { timeStyle: 'medium' }).format(value),
      });
    default:
      return bytes(value);
  }
}

/** What it is now; null where nothing is measured. */
export function measuredText({ check, has }: GuidedCheck): string | null {
  return has === null ? null : valueText(check, has);
}

/** What it has to be; null where there is nothing to name. */
export function wantedText({ check, min, max, wants }: GuidedCheck): string | null {
  if (wants !== null) return t('guided:checks.wanted', { value: valueText(check, wants) });
  if (min !== null && max !== null) {
    return t('guided:checks.between', {
      ...{ min: valueText(check, min), max: valueText(check, max) },
    });
  }
  if (min !== null) return t('guided:checks.atLeast', { min: valueText(check, min) });
  return max === null ? null : t('guided:checks.atMost', { max: valueText(check, max) });
}
