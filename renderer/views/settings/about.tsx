import { SegmentedControl, useMantineColorScheme } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { t } from '../../i18n/index.ts';
import { useBench } from '../../state/bench.store.ts';
import { chooseLanguage, languageChoices, useLanguage } from '../../state/language.store.ts';
import { Copy } from '../../ui/copy.tsx';
import { asSentence } from '../../ui/told/told.ts';
import { Support } from '../desktop/support.tsx';
import { Section } from './section.tsx';

const themes = ['auto', 'light', 'dark'] as const;

/** What concerns this window and this workspace rather than the roles. */
export function About(): ReactNode {
  const bench = useBench((store) => store.bench);
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const choice = useLanguage((store) => store.choice);
  if (bench === null) return null;
  return (
    <Section title={t('settings:about.title')} says={t('settings:about.says')}>
      <div className="row">
        <strong id="theme-label">{t('settings:about.theme')}</strong>
        <SegmentedControl
          aria-labelledby="theme-label"
          value={colorScheme}
          onChange={setColorScheme}
          data={themes.map((value) => ({ value, label: t(`settings:theme.${value}`) }))}
        />
      </div>
      <div className="row">
        <strong id="language-label">{t('settings:about.language')}</strong>
        <SegmentedControl
          aria-labelledby="language-label"
          data-testid="settings-language"
          value={choice}
          onChange={chooseLanguage}
          data={languageChoices.map((value) => ({
            value,
            label: t(`settings:language.${value}`),
          }))}
        />
      </div>
      <dl className="facts">
        <dt>{t('settings:about.workspace')}</dt>
        <dd>
          <span className="row">
            <span className="mono clip" title={bench.workspace}>
              {bench.workspace}
            </span>
            <Copy text={bench.workspace} what={t('settings:about.path')} />
          </span>
        </dd>
        <dt>{t('settings:about.keys')}</dt>
        <dd>
          {bench.vault === 'session' ? (
            <span className="warning" data-tone="warn">
              <IconLock size={15} aria-hidden />
              <span>
                {t('settings:about.session')}
                {bench.vaultRefusal ? ` ${asSentence(bench.vaultRefusal.reason)}` : ''}
              </span>
            </span>
          ) : (
            t('settings:about.keychain')
          )}
        </dd>
        <dt>{t('settings:about.version')}</dt>
        <dd>
          {bench.version} ·
          {bench.host === 'electron' ? t('settings:about.electron') : t('settings:about.headless')}
        </dd>
      </dl>
      <Support />
    </Section>
  );
}
