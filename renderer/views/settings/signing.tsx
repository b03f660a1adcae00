import { SegmentedControl, Select } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Settings, SignaturePolicy } from '#core/contract';
import { t } from '../../i18n/index.ts';
import { algorithmChoices, algorithmWords, asAlgorithm, isShared } from '../../ui/algorithms.ts';
import { Warning } from '../../ui/warning.tsx';
import { Section } from './section.tsx';
import type { SectionProps } from './section-props.ts';

type Verifier = keyof Settings['policies'];

const verifiers: readonly Verifier[] = ['gatekeeper', 'dcu', 'backend'];
const policies: readonly SignaturePolicy[] = ['require', 'warn', 'off'];

export function Signing({ settings, edit }: SectionProps): ReactNode {
  const { algorithm } = settings;
  return (
    <>
      <Section title={t('settings:signing.title')} says={t('settings:signing.says')}>
        <Select
          label={t('settings:signing.algorithm')}
          data={algorithmChoices()}
          value={algorithm}
          allowDeselect={false}
          onChange={(value) => {
            const chosen = asAlgorithm(value);
            if (chosen) edit({ algorithm: chosen });
          }}
        />
        {isShared(algorithm) ? (
          <Warning>{algorithmWords(algorithm).says}</Warning>
        ) : (
          <p className="soft">{algorithmWords(algorithm).says}</p>
        )}
      </Section>
      <Section title={t('settings:signing.policies')} says={t('settings:signing.policiesSay')}>
        {verifiers.map((name) => {
          const policy = settings.policies[name];
          return (
            <div key={name} className="policy">
              <div className="policy-row">
                <div>
                  <strong id={`policy-${name}`}>{t(`settings:verifier.${name}.label`)}</strong>
                  <div className="faint">{t(`settings:verifier.${name}.checks`)}</div>
                </div>
                <SegmentedControl
                  aria-labelledby={`policy-${name}`}
                  data={policies.map((value) => ({ value, label: t(`settings:policy.${value}`) }))}
                  value={policy}
                  onChange={(value) => {
                    edit({ policies: { [name]: value } });
                  }}
                />
              </div>
              {policy === 'require' ? null : (
                <Warning>{t(`settings:verifier.${name}.${policy}`)}</Warning>
              )}
            </div>
          );
        })}
      </Section>
    </>
  );
}
