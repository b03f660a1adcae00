import { Button, Switch } from '@mantine/core';
import { IconPlugX, IconX } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import type { FaultKindView, FaultView } from '#core/contract';
import type { Client } from '../../connect.ts';
import { useLabFaults } from '../../state/lab-faults.store.ts';
import { Empty } from '../../ui/empty.tsx';
import { asSentence, clockTime } from '../../ui/format.ts';
import { Refusal } from '../../ui/refusal.tsx';
import { Tag } from '../../ui/tag.tsx';
import { useCommand } from '../../ui/use-command.ts';
import { faultWords } from './words.ts';

const clear = (client: Client, vin: string, faultId?: string): Promise<unknown> =>
  client.faults.clear({ vin, ...(faultId === undefined ? {} : { faultId }) });

/** What is set, how it stands, and how often it has struck. */
export function FaultList(props: { vin: string; kinds: readonly FaultKindView[] }): ReactNode {
  const { vin } = props;
  const all = useLabFaults((store) => store.faults);
  const [everywhere, setEverywhere] = useState(false);
  const clearing = useCommand(clear);
  const faults = (all ?? []).filter((fault) => everywhere || fault.vin === vin);
  const own = faults.filter((fault) => fault.vin === vin);
  const telling = faults.map(told).join(' ');
  return (
    <section className="panel lab-detail" aria-label="Faults that are set" data-testid="faults">
      <div className="panel-head">
        <h2>Faults of {everywhere ? 'all vehicles' : vin}</h2>
        <span className="spring" />
        <Switch
          size="xs"
          label="All vehicles"
          checked={everywhere}
          onChange={(event) => {
            setEverywhere(event.currentTarget.checked);
          }}
        />
        <Button
          variant="default"
          leftSection={<IconX size={15} aria-hidden />}
          disabled={own.length === 0}
          title={own.length === 0 ? `${vin} has no fault.` : `Ends all faults of ${vin}`}
          data-testid="fault-clear-all"
          onClick={() => void clearing.run(vin)}
        >
          Clear all{everywhere ? ` of ${vin}` : ''}
        </Button>
      </div>
      {clearing.state.kind === 'refused' ? (
        <Refusal refusal={clearing.state.refusal} onClose={clearing.dismiss} />
      ) : null}
      {faults.length === 0 ? (
        <Empty icon={<IconPlugX size={36} stroke={1.4} />} title="Nothing is set to go wrong">
          Choose a kind and arm it. Then run an update or a rollback of that vehicle, and see what
          it does about it.
        </Empty>
      ) : (
        <>
          <ul className="fault-list">
            {faults.map((fault) => (
              <Item
                key={fault.faultId}
                fault={fault}
                title={props.kinds.find(({ kind }) => kind === fault.fault.kind)?.title ?? ''}
                showVin={everywhere}
                onClear={() => void clearing.run(fault.vin, fault.faultId)}
              />
            ))}
          </ul>
          <p className="faint fault-note">
            Clearing ends a fault; what it has damaged stays damaged, and is mended by installing
            again. Faults end with the bench process.
          </p>
        </>
      )}
      <div className="visually-hidden" role="status" aria-live="polite" data-testid="faults-told">
        {telling}
      </div>
    </section>
  );
}

function told({ summary, state, fired }: FaultView): string {
  return `${asSentence(summary)} ${faultWords[state].word}, ${times(fired)}.`;
}

function times(fired: number): string {
  if (fired === 0) return 'has not struck yet';
  return fired === 1 ? 'has struck once' : `has struck ${fired.toString()} times`;
}

function Item(props: {
  fault: FaultView;
  title: string;
  showVin: boolean;
  onClear: () => void;
}): ReactNode {
  const { faultId, vin, fault, summary, state, fired, lastFiredAt } = props.fault;
  const { word, says, tone } = faultWords[state];
  return (
    <li data-testid="fault" data-kind={fault.kind} data-state={state} data-fired={fired}>
      <div className="fault-state">
        <Tag tone={tone} title={says}>
          {word}
        </Tag>
      </div>
      <div className="fault-text">
        <strong>{props.title}</strong> {props.showVin ? <span className="faint">{vin}</span> : null}
        <div>{asSentence(summary)}</div>
        <div className="faint">
          {says} It {times(fired)}
          {lastFiredAt === null ? '' : `, last at ${clockTime(lastFiredAt).slice(0, 8)}`}.
        </div>
      </div>
      <Button
        variant="default"
        aria-label={`${state === 'spent' ? 'Remove' : 'Clear'}: ${props.title}, ${vin}, ${faultId}`}
        data-testid="fault-clear"
        onClick={props.onClear}
      >
        {state === 'spent' ? 'Remove' : 'Clear'}
      </Button>
    </li>
  );
}
