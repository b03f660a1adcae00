import { SegmentedControl, Select } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Settings, SignaturePolicy } from '#core/contract';
import { algorithmChoices, algorithmWords, asAlgorithm, isShared } from '../../ui/algorithms.ts';
import { Warning } from '../../ui/warning.tsx';
import { Section } from './section.tsx';
import type { SectionProps } from './section-props.ts';

type Verifier = keyof Settings['policies'];

const verifiers: readonly { name: Verifier; label: string; checks: string }[] = [
  { name: 'gatekeeper', label: 'Gatekeeper', checks: 'issue_details, before a status is given' },
  { name: 'dcu', label: 'DCU', checks: 'status and command, before anything is written' },
  { name: 'backend', label: 'Backend', checks: 'acknowledgment, progress and inventory' },
];

/** What follows from each policy, for each verifier. `require` has nothing to warn of. */
const consequences: Record<Verifier, Record<Exclude<SignaturePolicy, 'require'>, string>> = {
  gatekeeper: {
    warn: 'Anyone who may write issue_details can offer a known release; it is marked unsigned.',
    off: 'Anyone who may write issue_details can offer a known release, and nothing shows it.',
  },
  dcu: {
    warn: 'Anyone who may write status or command can start an update or a rollback; it is marked unsigned.',
    off: 'Anyone who may write status or command can start an update or a rollback, and nothing shows it.',
  },
  backend: {
    warn: 'A vehicle without a key can report; its reports may be made up and are marked unsigned.',
    off: 'Reports may be made up by anyone who may write to the topics, and nothing shows it.',
  },
};

const policies: readonly { value: SignaturePolicy; label: string }[] = [
  { value: 'require', label: 'Require' },
  { value: 'warn', label: 'Warn' },
  { value: 'off', label: 'Off' },
];

export function Signing({ settings, edit }: SectionProps): ReactNode {
  const { algorithm } = settings;
  return (
    <>
      <Section
        title="Signing"
        says="How the bench signs releases and messages. The keys are on the Trust screen."
      >
        <Select
          label="Algorithm"
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
      <Section
        title="Signature policies"
        says="What each verifier does with a message whose signature is missing or wrong."
      >
        {verifiers.map(({ name, label, checks }) => {
          const policy = settings.policies[name];
          return (
            <div key={name} className="policy">
              <div className="policy-row">
                <div>
                  <strong id={`policy-${name}`}>{label}</strong>
                  <div className="faint">checks {checks}</div>
                </div>
                <SegmentedControl
                  aria-labelledby={`policy-${name}`}
                  data={[...policies]}
                  value={policy}
                  onChange={(value) => {
                    edit({ policies: { ...settings.policies, [name]: value } });
                  }}
                />
              </div>
              {policy === 'require' ? null : <Warning>{consequences[name][policy]}</Warning>}
            </div>
          );
        })}
      </Section>
    </>
  );
}
