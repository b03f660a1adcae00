import { t } from '../i18n/index.ts';
import type { SettingName } from './settings-change.ts';

/** In a sentence that says what became of them. */
export function settingNames(settings: readonly SettingName[]): string {
  return settings.map(settingName).join(', ');
}

/** As the form of Settings calls it. */
function settingName(setting: SettingName): string {
  if (setting.of === 'listeners') return t(`settings:listener.${setting.name}.label`);
  if (setting.of === 'policies') {
    return `${t('settings:signing.policies')}: ${t(`settings:verifier.${setting.name}.label`)}`;
  }
  switch (setting.name) {
    case 'topicRoot':
      return t('settings:broker.root');
    case 'externalBroker':
      return t('settings:broker.which');
    case 'subscriptions':
      return t('settings:subscriptions.label');
    case 'backendPort':
      return t('settings:network.port');
    case 'transport':
      return t('settings:network.transport');
    case 'algorithm':
      return t('settings:signing.algorithm');
    case 'capture':
      return t('settings:undo.capture');
  }
}
