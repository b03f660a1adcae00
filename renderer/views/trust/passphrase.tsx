import { PasswordInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { t } from '../../i18n/index.ts';

/** Shortest passphrase that the bench takes for a file. */
const SHORTEST = 8;

export type Passphrase = { text: string; again: string };

/** Twice, since nobody can open the file after a slip. */
export function PassphraseFields(props: {
  value: Passphrase;
  onChange: (value: Passphrase) => void;
  optional?: boolean;
}): ReactNode {
  const { text, again } = props.value;
  const fault = passphraseFault(props.value, props.optional === true);
  return (
    <div className="pair">
      <PasswordInput
        size="xs"
        label={
          props.optional === true ? t('trust:passphrase.optional') : t('trust:passphrase.label')
        }
        autoComplete="new-password"
        data-testid="passphrase"
        value={text}
        error={fault === 'short' ? t('trust:passphrase.short') : undefined}
        onChange={(event) => {
          props.onChange({ text: event.currentTarget.value, again });
        }}
      />
      <PasswordInput
        size="xs"
        label={t('trust:passphrase.again')}
        autoComplete="new-password"
        data-testid="passphrase-again"
        value={again}
        error={fault === 'different' && again !== '' ? t('trust:passphrase.different') : undefined}
        onChange={(event) => {
          props.onChange({ text, again: event.currentTarget.value });
        }}
      />
    </div>
  );
}

/** Why a passphrase cannot be used; null when it can. */
export function passphraseFault(
  { text, again }: Passphrase,
  optional: boolean,
): 'missing' | 'short' | 'different' | null {
  if (text === '' && again === '') return optional ? null : 'missing';
  if (text.length < SHORTEST) return 'short';
  return text === again ? null : 'different';
}
