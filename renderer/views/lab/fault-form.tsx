import { Button, NumberInput, Radio, Select, TextInput } from '@mantine/core';
import { IconBolt } from '@tabler/icons-react';
import { useCallback, useState, type ReactNode } from 'react';
import type { Fault, FaultKindView, FaultParameter, VehicleView } from '#core/contract';
import type { Client } from '../../connect.ts';
import { draftOf, faultOf, problemOf, shownParameters } from '../../state/fault-draft.ts';
import { asSentence, bytes, duration } from '../../ui/format.ts';
import { Refusal } from '../../ui/refusal.tsx';
import { useCommand } from '../../ui/use-command.ts';
import { sentence } from '../../ui/words.ts';

/** What the bench says a kind needs, as fields with its bounds and defaults. */
export function FaultForm(props: { vehicle: VehicleView; kind: FaultKindView }): ReactNode {
  const { kind, vehicle } = props;
  const { vin } = vehicle;
  const ecuIds = vehicle.ecus.map(({ ecuId }) => ecuId);
  const [draft, setDraft] = useState(() => draftOf(kind, ecuIds));
  const arm = useCommand(
    useCallback((client: Client, fault: Fault) => client.faults.set({ vin, fault }), [vin]),
  );
  const { values, choices } = draft;
  const shown = shownParameters(kind, choices);
  const wrong = shown.filter((each) => problemOf(each, values[each.name] ?? '') !== null);
  const alternatives = [...new Set(kind.parameters.flatMap(({ oneOf }) => oneOf ?? []))];
  return (
    <form
      className="fields"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (wrong.length === 0) void arm.run(faultOf(kind, draft));
      }}
    >
      <p>{kind.summary}</p>
      <p className="soft">
        <strong>What stops it:</strong> {asSentence(kind.stoppedBy)}
      </p>
      {alternatives.map((name) => (
        <Radio.Group
          key={name}
          label="When"
          value={choices[name] ?? ''}
          onChange={(value) => {
            setDraft({ values, choices: { ...choices, [name]: value } });
          }}
        >
          <div className="row fault-when">
            {kind.parameters
              .filter(({ oneOf }) => oneOf === name)
              .map((each) => (
                <Radio key={each.name} size="xs" value={each.name} label={each.label} />
              ))}
          </div>
        </Radio.Group>
      ))}
      {shown.map((parameter) => (
        <Field
          key={parameter.name}
          parameter={parameter}
          ecuIds={ecuIds}
          value={values[parameter.name] ?? ''}
          onChange={(value) => {
            setDraft({ choices, values: { ...values, [parameter.name]: value } });
          }}
        />
      ))}
      {arm.state.kind === 'refused' ? (
        <Refusal refusal={arm.state.refusal} onClose={arm.dismiss} />
      ) : null}
      <div className="row">
        <Button
          type="submit"
          leftSection={<IconBolt size={15} aria-hidden />}
          loading={arm.state.kind === 'running'}
          disabled={wrong.length > 0}
          data-testid="fault-arm"
        >
          Arm it
        </Button>
        <span className="faint">
          {wrong.length > 0
            ? `First correct: ${wrong.map(({ label }) => label).join(', ')}.`
            : 'At once, also in the middle of an update.'}
        </span>
      </div>
    </form>
  );
}

/** `After, bytes`; but not `At byte, bytes`. */
function withUnit(label: string, unit: string | null): string {
  const said = unit === null || label.toLowerCase().includes(unit.slice(0, 4));
  return said ? label : `${label}, ${unit}`;
}

/** What is taken where a value is left out. */
function hint({ type, required, oneOf, default: fallback }: FaultParameter): string {
  if (required || oneOf !== null) return '';
  if (fallback !== null) return `Left out: ${String(fallback)}`;
  return type.kind === 'ecu' ? 'Left out: any ECU' : 'Left out: the seed chooses';
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

function Field(props: {
  parameter: FaultParameter;
  ecuIds: readonly string[];
  value: string | number;
  onChange: (value: string | number) => void;
}): ReactNode {
  const { parameter, value, onChange } = props;
  const { name, label, unit, type, required, oneOf } = parameter;
  const common = {
    label: withUnit(label, unit),
    description: [spoken(value, unit), hint(parameter)].filter(Boolean).join('. ') || undefined,
    error: problemOf(parameter, value),
    withAsterisk: required || oneOf !== null,
    'data-testid': `fault-${name}`,
  };
  const choose = (choices: readonly string[]): ReactNode => (
    <Select
      {...common}
      data={choices.map((each) => ({
        value: each,
        label: type.kind === 'ecu' ? each : sentence(each),
      }))}
      value={value === '' ? null : String(value)}
      clearable={!common.withAsterisk}
      allowDeselect={false}
      onChange={(chosen) => {
        onChange(chosen ?? '');
      }}
    />
  );
  switch (type.kind) {
    case 'flag':
      return null;
    case 'choice':
      return choose(type.choices);
    case 'ecu':
      return choose(props.ecuIds);
    case 'text':
      return (
        <TextInput
          {...common}
          value={value}
          onChange={(event) => {
            onChange(event.currentTarget.value);
          }}
        />
      );
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
