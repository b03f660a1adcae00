import { Button, Select } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import type { FaultKindView, VehicleView } from '#core/contract';
import { Fault } from '#core/contract';
import type { Client } from '../../connect.ts';
import {
  alternativesOf,
  draftOf,
  faultOf,
  shownParameters,
  type FaultDraft,
} from '../../state/fault-form.ts';
import { RefusedHere } from '../../state/refusal.ts';
import { asSentence } from '../../ui/format.ts';
import { Refusal } from '../../ui/refusal.tsx';
import { useCommand } from '../../ui/use-command.ts';
import { sentence } from '../../ui/words.ts';
import { FaultField } from './fault-field.tsx';

const set = async (client: Client, vin: string, wish: Record<string, unknown>): Promise<void> => {
  const parsed = Fault.safeParse(wish);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new RefusedHere({
      code: 'BAD_INPUT',
      reason: `${issue?.path.join('.') ?? 'the fault'}: ${issue?.message ?? 'is wrong'}`,
      next: 'Correct that field. Nothing was set.',
    });
  }
  await client.faults.set({ vin, fault: parsed.data });
};

const FIRST = 'powerCut';

/** One kind at a time, with what it does and what stops it. */
export function FaultForm(props: {
  vehicle: VehicleView;
  kinds: readonly FaultKindView[];
}): ReactNode {
  const { vehicle, kinds } = props;
  const [name, setName] = useState<string>(FIRST);
  const kind = kinds.find((each) => each.kind === name) ?? kinds[0];
  const groups = [...new Set(kinds.map(({ group }) => group))];
  if (!kind) return null;
  return (
    <div className="fault-form">
      <Select
        label="What goes wrong"
        data-testid="fault-kind"
        allowDeselect={false}
        searchable
        maxDropdownHeight={420}
        data={groups.map((group) => ({
          group: sentence(group),
          items: kinds
            .filter((each) => each.group === group)
            .map((each) => ({ value: each.kind, label: each.title })),
        }))}
        value={kind.kind}
        onChange={(value) => {
          setName(value ?? FIRST);
        }}
      />
      <p>{kind.summary}</p>
      <p className="soft">
        <strong>What stops it.</strong> {asSentence(kind.stoppedBy)}
      </p>
      <Parameters key={kind.kind} vehicle={vehicle} kind={kind} />
    </div>
  );
}

function Parameters(props: { vehicle: VehicleView; kind: FaultKindView }): ReactNode {
  const { vehicle, kind } = props;
  const [draft, setDraft] = useState<FaultDraft>(() => draftOf(kind, vehicle.ecus[0]?.ecuId));
  const { state, run, dismiss } = useCommand(set);
  return (
    <form
      className="fields"
      onSubmit={(event) => {
        event.preventDefault();
        void run(vehicle.vin, faultOf(kind, draft));
      }}
    >
      {alternativesOf(kind).map((alternative) => (
        <Select
          key={alternative.name}
          label="When"
          allowDeselect={false}
          data={alternative.options.map((option) => ({ value: option.name, label: option.label }))}
          value={draft.chosen[alternative.name] ?? null}
          onChange={(value) => {
            if (value === null) return;
            setDraft({ ...draft, chosen: { ...draft.chosen, [alternative.name]: value } });
          }}
        />
      ))}
      <div className="fault-fields">
        {shownParameters(kind, draft).map((parameter) => (
          <FaultField
            key={parameter.name}
            parameter={parameter}
            ecus={vehicle.ecus}
            value={draft.values[parameter.name] ?? ''}
            onChange={(value) => {
              setDraft({ ...draft, values: { ...draft.values, [parameter.name]: value } });
            }}
          />
        ))}
      </div>
      {state.kind === 'refused' ? <Refusal refusal={state.refusal} onClose={dismiss} /> : null}
      <div className="row dialog-buttons">
        <Button type="submit" data-testid="fault-set" loading={state.kind === 'running'}>
          Set it
        </Button>
      </div>
    </form>
  );
}
