import { NumberInput, Select, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import type { EcuView, FaultParameter } from '#core/contract';
import { t } from '../../i18n/index.ts';
import { problemOf } from '../../state/fault-draft.ts';
import { bytes, duration } from '../format.ts';
import { choiceLabel, parameterLabel, unitLabel } from './fault-words.ts';
import { told } from '../told/told.ts';

/** One parameter of a fault in the field that suits it; a flag needs none, choosing it is enough. */
export function FaultField(props: {
  parameter: FaultParameter;
  ecus: readonly EcuView[];
  value: string | number;
  onChange: (value: string | number) => void;
}): ReactNode {
  const { parameter, ecus, value, onChange } = props;
  const { name, unit, type, required, oneOf } = parameter;
  const common = {
    label: withUnit(parameterLabel(parameter), unit),
    description: [spoken(value, unit), hint(parameter)].filter(Boolean).join('. ') || undefined,
    error: problemOf(parameter, value),
    withAsterisk: required || oneOf !== null,
    'data-testid': `fault-${name}`,
  };
  const choose = (choices: readonly { value: string; label: string }[]): ReactNode => (
    <Select
      {...common}
      data={choices}
      value={value === '' ? null : String(value)}
      clearable={!common.withAsterisk}
      allowDeselect={false}
      onChange={(chosen) => {
        onChange(chosen ?? '');
      }}
    />
  );
  const write = (maxLength?: number): ReactNode => (
    <TextInput
      {...common}
      className="fault-text"
      {...(maxLength === undefined ? {} : { maxLength })}
      value={value}
      onChange={(event) => {
        onChange(event.currentTarget.value);
      }}
    />
  );
  switch (type.kind) {
    case 'flag':
      return null;
    case 'choice':
      return choose(type.choices.map((each) => ({ value: each, label: choiceLabel(each) })));
    case 'ecu':
      // Of a vehicle that is off the ECUs are not known; their names can be written.
      return ecus.length === 0
        ? write()
        : choose(ecus.map((ecu) => ({ value: ecu.ecuId, label: told(ecu.name) })));
    case 'text':
      return write(type.maxLength);
    case 'integer':
      return (
        <NumberInput
          {...common}
          min={type.min}
          max={type.max}
          // What is out of bounds is said, not silently changed.
          clampBehavior="none"
          allowDecimal={false}
          thousandSeparator=" "
          value={value}
          onChange={onChange}
        />
      );
  }
}

/** `After, bytes`; but not `At byte, bytes`. */
function withUnit(label: string, unit: string | null): string {
  if (unit === null) return label;
  const word = unitLabel(unit);
  return label.toLowerCase().includes(word.slice(0, 4).toLowerCase()) ? label : `${label}, ${word}`;
}

/** What is taken where a value is left out. */
function hint({ type, required, oneOf, default: fallback }: FaultParameter): string {
  if (required || oneOf !== null) return '';
  if (fallback !== null) {
    const value = type.kind === 'choice' ? choiceLabel(String(fallback)) : told(String(fallback));
    return t('lab:fault.leftOut', { value });
  }
  return type.kind === 'ecu' ? t('lab:fault.leftOutEcu') : t('lab:fault.leftOutSeed');
}

/** A number of bytes or milliseconds as people say it, where that tells more than the number. */
function spoken(value: string | number, unit: string | null): string {
  const number = Number(value);
  if (value === '' || !Number.isFinite(number) || Math.abs(number) < 1_000) return '';
  const sign = number < 0 ? '−' : '';
  if (unit === 'bytes') return `= ${bytes(number)}`;
  if (unit === 'bytes/s') return `= ${bytes(number)}/s`;
  if (unit === 'ms') return `= ${sign}${duration(Math.abs(number))}`;
  return unit === 'mV' ? `= ${(number / 1_000).toString()} V` : '';
}
