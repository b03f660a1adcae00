import { TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { t } from '../i18n/index.ts';
import { count } from './format.ts';

/** Of a thousand nobody reads more, and each that is drawn makes every click wait. */
const SHOWN = 30;

/** The first of a list, and where it has more than these, a field that finds the others. */
export function useNarrowed<T>(
  all: readonly T[],
  nameOf: (item: T) => string,
  find: string,
): { shown: readonly T[]; field: ReactNode } {
  const [text, setText] = useState('');
  if (all.length <= SHOWN) return { shown: all, field: null };
  const wanted = text.trim().toLowerCase();
  const found = all.filter((item) => nameOf(item).toLowerCase().includes(wanted));
  const shown = found.slice(0, SHOWN);
  return {
    shown,
    field: (
      <div className="row">
        <TextInput
          aria-label={find}
          placeholder={find}
          leftSection={<IconSearch size={14} aria-hidden />}
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value);
          }}
          onKeyDown={(event) => {
            // It is no field of the form that may stand around it.
            if (event.key === 'Enter') event.preventDefault();
          }}
        />
        <span className="faint" role="status">
          {t('ui:narrowed', { some: count(shown.length), all: count(all.length) })}
        </span>
      </div>
    ),
  };
}
