import { Button, TextInput } from '@mantine/core';
import { IconArrowRight } from '@tabler/icons-react';
import { useCallback, useState, type ReactNode } from 'react';
import type { EcuView, RollbackPreview } from '#core/contract';
import type { Client } from '../../connect.ts';
import { bankName } from '../../state/compare-vehicles.ts';
import { shortHash } from '../../ui/format.ts';
import { Refusal } from '../../ui/refusal.tsx';
import { useAsk } from '../../ui/use-ask.ts';
import { useCommand } from '../../ui/use-command.ts';
import { Checks } from './verdict.tsx';

type Wish = { vin: string; ecuId: string; askedBy?: string };

/** Of whoever asks for it, as the command carries it. */
const NAME_LIMIT = 128;

/** The vehicle is asked what it would do; nothing is touched by asking. */
export function RollbackPlan(props: {
  vin: string;
  ecu: EcuView;
  /** Whoever is known to work here. */
  askedBy?: string;
  onSent: (updateId: string) => void;
  onClose: () => void;
}): ReactNode {
  const { vin, ecu, onSent, onClose } = props;
  const { ecuId } = ecu;
  const [askedBy, setAskedBy] = useState((props.askedBy ?? '').slice(0, NAME_LIMIT));
  const { answer, again } = useAsk(
    useCallback((client: Client) => client.vehicles.previewRollback({ vin, ecuId }), [vin, ecuId]),
  );
  const { state, run, dismiss } = useCommand(
    useCallback(
      async (client: Client, wish: Wish) => {
        onSent((await client.vehicles.rollback(wish)).updateId);
      },
      [onSent],
    ),
  );
  if (answer.kind === 'asking') return <p className="soft">Asking the vehicle…</p>;
  const preview = answer.kind === 'told' ? answer.value : null;
  const refusal = answer.kind === 'refused' ? answer.refusal : (preview?.refusal ?? null);
  return (
    <form
      className="dialog"
      data-testid="rollback"
      onSubmit={(event) => {
        event.preventDefault();
        const name = askedBy.trim();
        if (refusal === null) void run({ vin, ecuId, ...(name === '' ? {} : { askedBy: name }) });
      }}
    >
      <p>
        <strong>{ecu.name}</strong> (<span className="mono">{ecuId}</span>) of vehicle{' '}
        <span className="mono">{vin}</span>. Nothing else is touched.
      </p>
      {preview === null ? null : <Plan ecu={ecu} preview={preview} />}
      {refusal === null ? (
        <TextInput
          label="Who asks for it"
          description="Stands in the verdict."
          placeholder="a user of OTA Bench"
          maxLength={NAME_LIMIT}
          value={askedBy}
          onChange={(event) => {
            setAskedBy(event.currentTarget.value);
          }}
        />
      ) : (
        <Refusal refusal={refusal} />
      )}
      {state.kind === 'refused' ? <Refusal refusal={state.refusal} onClose={dismiss} /> : null}
      <div className="row dialog-buttons">
        {refusal === null ? null : (
          <Button variant="default" onClick={again}>
            Look again
          </Button>
        )}
        <Button variant="default" onClick={onClose} data-autofocus>
          {refusal === null ? `Keep ${preview?.from?.version ?? 'it'}` : 'Close'}
        </Button>
        {refusal === null ? (
          <Button
            type="submit"
            color="red"
            data-testid="rollback-confirm"
            loading={state.kind === 'running'}
          >
            Roll back to {preview?.to?.version ?? 'the other image'}
          </Button>
        ) : null}
      </div>
    </form>
  );
}

function Plan(props: { ecu: EcuView; preview: RollbackPreview }): ReactNode {
  const { ecu, preview } = props;
  const { from, to, checks, steps, basis } = preview;
  return (
    <>
      {to === null ? null : (
        <div className="rollback-change">
          <Side says="Now" ecu={ecu} bank={from} />
          <IconArrowRight size={20} aria-label="becomes" />
          <Side says="After" ecu={ecu} bank={to} />
        </div>
      )}
      <Checks
        checks={checks}
        title={
          basis === 'measured'
            ? 'Looked at just now, in the banks themselves'
            : 'Known from its last inventory; it checks for itself'
        }
      />
      {steps.length === 0 ? null : (
        <div>
          <h3 className="small-head">What will happen</h3>
          <ol className="plan-steps">
            {steps.map((step) => (
              <li key={step}>{step}</li>
            ))}
          </ol>
        </div>
      )}
    </>
  );
}

function Side(props: { says: string; ecu: EcuView; bank: RollbackPreview['from'] }): ReactNode {
  const { says, ecu, bank } = props;
  const name =
    bank === null
      ? ''
      : `, ${bankName(ecu, bank.bank).replace(/^[BF]/, (first) => first.toLowerCase())}`;
  return (
    <div>
      <span className="faint">
        {says}
        {name}
      </span>
      <strong className="mono clip">{bank?.version ?? 'nothing'}</strong>
      <span className="faint mono" title={bank?.sha256 ?? undefined}>
        {bank?.sha256 == null ? 'no image' : shortHash(bank.sha256)}
      </span>
    </div>
  );
}
