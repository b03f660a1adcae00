import { Select, type SelectProps } from '@mantine/core';
import { useMemo, useState, type ReactNode } from 'react';
import { t } from '../i18n/index.ts';

type Choice = { readonly value: string; readonly label: string };

/** Choices drawn at once; another letter finds the others. */
const MOST_LISTED = 60;

/**
 * A searched choice among very many. The library draws every choice beforehand, also while the
 * list is closed: it is given no more than the one at which the arrow keys begin.
 */
export function LongSelect(
  props: Omit<SelectProps, 'data' | 'limit' | 'searchable'> & { choices: readonly Choice[] },
): ReactNode {
  const { choices, value = null, ...rest } = props;
  const [isOpen, setOpen] = useState(false);
  const data = useMemo(() => {
    const chosen = choices.find((choice) => choice.value === value);
    if (!isOpen) return [chosen ?? choices[0]].filter((choice) => choice !== undefined);
    // One of those that the list would not reach stands first.
    const isFar = chosen !== undefined && choices.indexOf(chosen) >= MOST_LISTED;
    return isFar ? [chosen, ...choices.filter((choice) => choice !== chosen)] : [...choices];
  }, [choices, value, isOpen]);
  return (
    <Select
      {...rest}
      searchable
      limit={MOST_LISTED}
      data={data}
      value={value}
      nothingFoundMessage={t('ui:noMatch')}
      onFocus={(event) => {
        // Whoever types looks for another one.
        event.currentTarget.select();
      }}
      onDropdownOpen={() => {
        setOpen(true);
      }}
      onDropdownClose={() => {
        setOpen(false);
      }}
    />
  );
}
