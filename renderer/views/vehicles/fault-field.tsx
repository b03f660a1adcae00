import { NumberInput, Select, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import type { EcuView, FaultParameter } from '#core/contract';

/** One parameter of a fault in the field that suits it; a flag needs none, choosing it is enough. */
export function FaultField(props: {
  parameter: FaultParameter;
  ecus: readonly EcuView[];
  value: string | number | boolean;
  onChange: (value: string | number) => void;
}): ReactNode {
  const { parameter, ecus, value, onChange } = props;
  const { type, unit, required, oneOf } = parameter;
  const isNeeded = required || oneOf !== null;
  // “At byte, bytes” would say it twice.
  const isSaid = unit === null || (unit === 'bytes' && /byte/i.test(parameter.label));
  const label = isSaid ? parameter.label : `${parameter.label}, ${unit}`;
  const common = { label, required: isNeeded, withAsterisk: false };
  const leftOut =
    parameter.default === null
      ? type.kind === 'ecu'
        ? 'any ECU'
        : 'chosen by the seed'
      : String(parameter.default);
  switch (type.kind) {
    case 'flag':
      return null;
    case 'integer':
      return (
        <NumberInput
          {...common}
          placeholder={isNeeded ? '' : leftOut}
          allowDecimal={false}
          min={type.min}
          max={type.max}
          value={typeof value === 'boolean' ? '' : value}
          onChange={onChange}
        />
      );
    case 'text':
      return (
        <TextInput
          {...common}
          placeholder={leftOut}
          maxLength={type.maxLength}
          value={String(value)}
          onChange={(event) => {
            onChange(event.currentTarget.value);
          }}
        />
      );
    case 'choice':
      return (
        <Select
          {...common}
          allowDeselect={false}
          data={type.choices}
          value={String(value)}
          onChange={(chosen) => {
            onChange(chosen ?? '');
          }}
        />
      );
    case 'ecu':
      return ecus.length === 0 ? (
        <TextInput
          {...common}
          placeholder={leftOut}
          value={String(value)}
          onChange={(event) => {
            onChange(event.currentTarget.value);
          }}
        />
      ) : (
        <Select
          {...common}
          clearable={!isNeeded}
          placeholder={leftOut}
          data={ecus.map((ecu) => ({ value: ecu.ecuId, label: ecu.name }))}
          value={value === '' ? null : String(value)}
          onChange={(chosen) => {
            onChange(chosen ?? '');
          }}
        />
      );
  }
}
