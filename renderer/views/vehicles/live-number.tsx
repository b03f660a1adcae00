import { NumberInput } from '@mantine/core';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { decimal } from '../../ui/format.ts';

/** As long as somebody types; then it is sent. */
const TYPING_MS = 600;

/** A number that takes effect by itself: a moment after the last key, on Enter, or on leaving. */
export function LiveNumber(props: {
  label: string;
  unit: string;
  decimals: number;
  step: number;
  range: readonly [number, number];
  value: number;
  onChange: (value: number) => void;
}): ReactNode {
  const { label, unit, decimals, step, range, value } = props;
  const [draft, setDraft] = useState<string | number | null>(null);
  const timer = useRef<number | undefined>(undefined);
  useEffect(
    () => () => {
      clearTimeout(timer.current);
    },
    [],
  );
  const send = (wanted: string | number | null): void => {
    clearTimeout(timer.current);
    if (typeof wanted === 'number' && wanted !== value) props.onChange(wanted);
    setDraft(null);
  };
  const take = (wanted: string | number): void => {
    setDraft(wanted);
    clearTimeout(timer.current);
    timer.current = window.setTimeout(() => {
      // Emptied while a new number is thought of: nothing to send yet.
      if (typeof wanted === 'number') send(wanted);
    }, TYPING_MS);
  };
  return (
    <NumberInput
      label={label}
      className="condition"
      suffix={` ${unit}`}
      decimalScale={decimals}
      decimalSeparator={decimal(1.5, 1).charAt(1)}
      allowedDecimalSeparators={['.', ',']}
      step={step}
      min={range[0]}
      max={range[1]}
      clampBehavior="strict"
      value={draft ?? value}
      onChange={(wanted) => {
        if (wanted !== value) take(wanted);
      }}
      onPaste={(event) => {
        // Only what is typed is taken with either sign: a pasted `10.9` would become 109 in German.
        const text = event.clipboardData.getData('text').trim();
        const pasted = text === '' ? NaN : Number(text.replace(',', '.'));
        if (!(pasted >= range[0] && pasted <= range[1])) return;
        event.preventDefault();
        take(Number(pasted.toFixed(decimals)));
      }}
      onBlur={() => {
        if (draft !== null) send(draft);
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter') send(draft);
        if (event.key === 'Escape') send(null);
      }}
    />
  );
}
