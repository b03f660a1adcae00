import { Button, Radio, Select } from '@mantine/core';
import { IconBolt } from '@tabler/icons-react';
import { useCallback, useState, type ReactNode } from 'react';
import type { Fault, FaultKindView, VehicleView } from '#core/contract';
import type { Client } from '../../connect.ts';
import { t } from '../../i18n/index.ts';
import { draftOf, faultOf, problemOf, shownParameters } from '../../state/fault-draft.ts';
import { asSentence } from '../told/told.ts';
import { Refusal } from '../refusal.tsx';
import { useCommand } from '../use-command.ts';
import { FaultField } from './fault-field.tsx';
import { groupsOf, kindWords, parameterLabel } from './fault-words.ts';
import './fault.css';
import { useWorkspace } from '../../state/bench.store.ts';
import { cli } from '../../state/cli-commands.ts';
import { CopyCommand } from '../copy-command.tsx';

/** What is to go wrong, one kind at a time, with what it does and what stops it. */
export function FaultForm(props: {
  vehicle: VehicleView;
  kinds: readonly FaultKindView[];
}): ReactNode {
  const { vehicle, kinds } = props;
  const [name, setName] = useState<string | null>('selfTestFails');
  const kind = kinds.find((each) => each.kind === name) ?? kinds[0];
  if (kind === undefined) return null;
  const { summary, stoppedBy } = kindWords(kind);
  return (
    <div className="fields">
      <Select
        label={t('lab:fault.kind')}
        data={groupsOf(kinds)}
        value={kind.kind}
        allowDeselect={false}
        searchable
        classNames={{ options: 'choices-many' }}
        data-testid="fault-kind"
        onChange={setName}
      />
      <p>{summary}</p>
      <p className="soft">
        <strong>{t('lab:fault.stops')}</strong> {asSentence(stoppedBy)}
      </p>
      <Parameters key={`${vehicle.vin} ${kind.kind}`} vehicle={vehicle} kind={kind} />
    </div>
  );
}

/** What the bench says a kind needs, as fields with its bounds and defaults. */
function Parameters(props: { vehicle: VehicleView; kind: FaultKindView }): ReactNode {
  const { kind, vehicle } = props;
  const { vin, ecus } = vehicle;
  const [draft, setDraft] = useState(() =>
    draftOf(
      kind,
      ecus.map(({ ecuId }) => ecuId),
    ),
  );
  const arm = useCommand(
    useCallback((client: Client, fault: Fault) => client.faults.set({ vin, fault }), [vin]),
  );
  const workspace = useWorkspace();
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
      {alternatives.map((name) => (
        <Radio.Group
          key={name}
          label={t('lab:fault.when')}
          value={choices[name] ?? ''}
          onChange={(value) => {
            setDraft({ values, choices: { ...choices, [name]: value } });
          }}
        >
          <div className="row fault-when">
            {kind.parameters
              .filter(({ oneOf }) => oneOf === name)
              .map((each) => (
                <Radio key={each.name} size="xs" value={each.name} label={parameterLabel(each)} />
              ))}
          </div>
        </Radio.Group>
      ))}
      <div className="fault-fields">
        {shown.map((parameter) => (
          <FaultField
            key={parameter.name}
            parameter={parameter}
            ecus={ecus}
            value={values[parameter.name] ?? ''}
            onChange={(value) => {
              setDraft({ choices, values: { ...values, [parameter.name]: value } });
            }}
          />
        ))}
      </div>
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
          {t('lab:fault.arm')}
        </Button>
        {wrong.length === 0 ? (
          <CopyCommand command={cli.fault(workspace, vin, faultOf(kind, draft))} />
        ) : null}
      </div>
      <p className="faint">
        {wrong.length > 0
          ? t('lab:fault.correct', { fields: wrong.map(parameterLabel).join(', ') })
          : t('lab:fault.atOnce')}
      </p>
    </form>
  );
}
