import { Button } from '@mantine/core';
import { IconBolt } from '@tabler/icons-react';
import { useCallback, type ReactNode } from 'react';
import type { FaultKindView, FaultView, VehicleView } from '#core/contract';
import type { Client } from '../../connect.ts';
import { useFaults } from '../../state/faults.store.ts';
import { asSentence, clockTime } from '../../ui/format.ts';
import { Refusal } from '../../ui/refusal.tsx';
import { Tag } from '../../ui/tag.tsx';
import { useAsk } from '../../ui/use-ask.ts';
import { useCommand } from '../../ui/use-command.ts';
import type { Tone } from '../../ui/words.ts';
import { FaultForm } from './fault-form.tsx';

const states: Record<FaultView['state'], { word: string; says: string; tone: Tone }> = {
  armed: { word: 'Armed', says: 'Waits for its moment.', tone: 'busy' },
  active: { word: 'Active', says: 'At work now.', tone: 'warn' },
  spent: { word: 'Spent', says: 'Does nothing more.', tone: 'quiet' },
};

const kindsOf = (client: Client): Promise<FaultKindView[]> => client.faults.kinds();

const clear = (client: Client, vin: string, faultId?: string): Promise<unknown> =>
  client.faults.clear({ vin, ...(faultId === undefined ? {} : { faultId }) });

/** What goes wrong on purpose in this vehicle, and the switches for more of it. */
export function Faults(props: { vehicle: VehicleView }): ReactNode {
  const { vehicle } = props;
  const { vin } = vehicle;
  const all = useFaults((store) => store.faults);
  const faults = (all ?? []).filter((fault) => fault.vin === vin);
  const { answer } = useAsk(kindsOf);
  const clearing = useCommand(clear);
  const titles = answer.kind === 'told' ? answer.value : [];
  const clearOne = useCallback(
    (faultId: string) => {
      void clearing.run(vin, faultId);
    },
    [clearing, vin],
  );
  if (vehicle.profile === null) {
    return (
      <p className="soft vehicle-none">
        Faults are made in vehicles that this bench simulates. This one is outside it: what goes
        wrong there is its own.
      </p>
    );
  }
  return (
    <div className="faults">
      <section className="panel" aria-label="Set a fault">
        <div className="panel-head">
          <h2>Set a fault</h2>
        </div>
        {answer.kind === 'told' ? <FaultForm vehicle={vehicle} kinds={answer.value} /> : null}
        {answer.kind === 'refused' ? <Refusal refusal={answer.refusal} /> : null}
      </section>
      <section className="panel" aria-label="Faults of this vehicle">
        <div className="panel-head">
          <h2>Set here</h2>
          <span className="faint">{faults.length === 0 ? '' : faults.length}</span>
          <span className="spring" />
          {faults.length === 0 ? null : (
            <Button
              size="compact-xs"
              variant="default"
              data-testid="fault-clear-all"
              onClick={() => {
                void clearing.run(vin);
              }}
            >
              Clear all
            </Button>
          )}
        </div>
        {clearing.state.kind === 'refused' ? (
          <Refusal refusal={clearing.state.refusal} onClose={clearing.dismiss} />
        ) : null}
        {faults.length === 0 ? (
          <p className="soft panel-body">
            Nothing goes wrong on purpose. A fault set at the left waits for its moment, strikes,
            and is listed here with how often it did.
          </p>
        ) : (
          <ul className="faults-list">
            {faults.map((fault) => (
              <Fault
                key={fault.faultId}
                fault={fault}
                title={titles.find(({ kind }) => kind === fault.fault.kind)?.title}
                onClear={clearOne}
              />
            ))}
          </ul>
        )}
      </section>
    </div>
  );
}

function Fault(props: {
  fault: FaultView;
  title: string | undefined;
  onClear: (faultId: string) => void;
}): ReactNode {
  const { fault, title = fault.fault.kind, onClear } = props;
  const { word, says, tone } = states[fault.state];
  return (
    <li data-testid="fault" data-kind={fault.fault.kind} data-state={fault.state}>
      <div className="row">
        <IconBolt size={15} aria-hidden />
        <strong className="clip">{title}</strong>
        <Tag tone={tone} title={says}>
          {word}
        </Tag>
        <span className="spring" />
        <Button
          size="compact-xs"
          variant="default"
          aria-label={`Clear ${title}`}
          onClick={() => {
            onClear(fault.faultId);
          }}
        >
          Clear
        </Button>
      </div>
      <p className="soft">{asSentence(fault.summary)}</p>
      <p className="faint">
        {fault.fired === 0
          ? 'Has not struck yet'
          : `Struck ${fault.fired === 1 ? 'once' : `${String(fault.fired)} times`}`}
        {fault.lastFiredAt === null ? '' : `, last at ${clockTime(fault.lastFiredAt)}`}
      </p>
    </li>
  );
}
