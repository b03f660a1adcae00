import { Button, Checkbox, TextInput } from '@mantine/core';
import { IconArrowRight } from '@tabler/icons-react';
import { useCallback, useState, type ReactNode } from 'react';
import type { EcuView, RollbackPreview, VehicleView } from '#core/contract';
import type { Client } from '../../connect.ts';
import { t } from '../../i18n/index.ts';
import { Rich } from '../../ui/rich.tsx';
import { useWorkspace } from '../../state/bench.store.ts';
import { cli } from '../../state/cli-commands.ts';
import { bankName } from '../../state/compare-vehicles.ts';
import { count, shortHash } from '../../ui/format.ts';
import { recalledBy, runningVersion, standOf } from '../../state/rollback-question.ts';
import { useVehicles } from '../../state/vehicles.store.ts';
import { CopyCommand } from '../../ui/copy-command.tsx';
import { Refusal } from '../../ui/refusal.tsx';
import { useAsk } from '../../ui/use-ask.ts';
import { useCommand } from '../../ui/use-command.ts';
import { useSettled } from '../../ui/use-settled.ts';
import { sendRollback, type RollbackWish } from './send-rollback.ts';
import { Checks } from './verdict.tsx';
import { told } from '../../ui/told/told.ts';

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
  const workspace = useWorkspace();
  const [askedBy, setAskedBy] = useState((props.askedBy ?? '').slice(0, NAME_LIMIT));
  const running = runningVersion(ecu);
  const others = useVehicles((store) => runningIt(store.vehicles, ecuId, running) - 1);
  const [everywhere, setEverywhere] = useState<string | null>(null);
  const recalled = recalledBy(everywhere, ecu, others);
  const stand = standOf(ecu);
  const { answer, isCurrent, again } = useAsk(
    useCallback(
      (client: Client) => client.vehicles.previewRollback({ vin, ecuId }),
      // eslint-disable-next-line react-hooks/exhaustive-deps -- an update may end behind this dialog
      [vin, ecuId, stand],
    ),
  );
  const { state, run, dismiss } = useCommand(
    useCallback(
      async (client: Client, wish: RollbackWish) => {
        const updateId = await sendRollback(client, wish);
        if (updateId === null) onClose();
        else onSent(updateId);
      },
      [onSent, onClose],
    ),
  );
  // A refused press brings another plan: the second of a double click is not for that one.
  const isSettled = useSettled(`${state.kind} ${JSON.stringify(answer)}`);
  const isReady = isCurrent && (state.kind !== 'refused' || isSettled);
  if (answer.kind === 'asking') return <p className="soft">{t('vehicles:rollback.asking')}</p>;
  const preview = answer.kind === 'told' ? answer.value : null;
  const refusal = answer.kind === 'refused' ? answer.refusal : (preview?.refusal ?? null);
  return (
    <form
      className="dialog"
      data-testid="rollback"
      onSubmit={(event) => {
        event.preventDefault();
        const name = askedBy.trim();
        const by = name === '' ? {} : { askedBy: name };
        if (refusal !== null || !isReady) return;
        const toSha256 = preview?.to?.sha256 ?? undefined;
        void run({ vin, ecuId, everywhere: recalled, toSha256, ...by }).then((done) => {
          // What changed meanwhile is shown beside why nothing was done.
          if (!done) again();
        });
      }}
    >
      <p>
        <Rich
          text={recalled === null ? t('vehicles:rollback.scope') : t('vehicles:rollback.scopeAll')}
          parts={{
            ecu: <strong>{told(ecu.name)}</strong>,
            id: <span className="mono">{ecuId}</span>,
            vin: <bdi className="mono">{vin}</bdi>,
          }}
        />
      </p>
      {preview === null ? null : <Plan ecu={ecu} preview={preview} />}
      {refusal === null ? (
        <TextInput
          label={t('vehicles:rollback.who')}
          description={t('vehicles:rollback.whoSays')}
          placeholder={t('vehicles:rollback.whoHint')}
          maxLength={NAME_LIMIT}
          value={askedBy}
          onChange={(event) => {
            setAskedBy(event.currentTarget.value);
          }}
        />
      ) : (
        <Refusal refusal={refusal} />
      )}
      {refusal === null && running !== null && others > 0 ? (
        <Checkbox
          label={t('vehicles:rollback.everywhere', { version: running, count: others })}
          description={t('vehicles:rollback.everywhereSays')}
          checked={recalled !== null}
          onChange={(event) => {
            setEverywhere(event.currentTarget.checked ? running : null);
          }}
          data-testid="rollback-everywhere"
        />
      ) : null}
      {state.kind === 'refused' ? <Refusal refusal={state.refusal} onClose={dismiss} /> : null}
      <div className="row dialog-buttons">
        <CopyCommand
          command={
            recalled === null
              ? cli.rollback(workspace, vin, ecuId, askedBy.trim())
              : cli.recall(workspace, recalled, ecuId, askedBy.trim())
          }
        />
        <span className="spring" />
        {refusal === null ? null : (
          <Button variant="default" onClick={again}>
            {t('vehicles:rollback.again')}
          </Button>
        )}
        <Button variant="default" onClick={onClose} data-autofocus>
          {refusal !== null
            ? t('vehicles:rollback.close')
            : preview?.from?.version == null
              ? t('vehicles:rollback.keepIt')
              : t('vehicles:rollback.keep', { version: preview.from.version })}
        </Button>
        {refusal === null ? (
          <Button
            type="submit"
            color="red"
            data-testid="rollback-confirm"
            disabled={!isReady}
            loading={state.kind === 'running'}
          >
            {recalled === null
              ? t('vehicles:rollback.confirm', {
                  version: preview?.to?.version ?? t('vehicles:rollback.otherImage'),
                })
              : t('vehicles:rollback.confirmAll', { vehicles: count(others + 1) })}
          </Button>
        ) : null}
      </div>
    </form>
  );
}

function runningIt(
  vehicles: readonly VehicleView[] | null,
  ecuId: string,
  version: string | null,
): number {
  const runs = (ecu: EcuView): boolean => ecu.ecuId === ecuId && runningVersion(ecu) === version;
  return (vehicles ?? []).filter(({ ecus }) => ecus.some(runs)).length;
}

function Plan(props: { ecu: EcuView; preview: RollbackPreview }): ReactNode {
  const { ecu, preview } = props;
  const { from, to, checks, steps, basis } = preview;
  return (
    <>
      {to === null ? null : (
        <div className="rollback-change">
          <Side says={t('vehicles:rollback.now')} ecu={ecu} bank={from} />
          <IconArrowRight size={20} aria-label={t('vehicles:rollback.becomes')} />
          <Side says={t('vehicles:rollback.afterwards')} ecu={ecu} bank={to} />
        </div>
      )}
      <Checks
        checks={checks}
        title={
          basis === 'measured' ? t('vehicles:rollback.measured') : t('vehicles:rollback.known')
        }
      />
      {steps.length === 0 ? null : (
        <div>
          <h3 className="small-head">{t('vehicles:rollback.steps')}</h3>
          <ol className="plan-steps">
            {steps.map((step) => (
              <li key={step}>{told(step)}</li>
            ))}
          </ol>
        </div>
      )}
    </>
  );
}

function Side(props: { says: string; ecu: EcuView; bank: RollbackPreview['from'] }): ReactNode {
  const { says, ecu, bank } = props;
  const name = bank === null ? '' : `: ${bankName(ecu, bank.bank)}`;
  return (
    <div>
      <span className="faint">
        {says}
        {name}
      </span>
      <strong className="mono clip">{bank?.version ?? t('vehicles:rollback.nothing')}</strong>
      <span className="faint mono" title={bank?.sha256 ?? undefined}>
        {bank?.sha256 == null ? t('vehicles:rollback.noImage') : shortHash(bank.sha256)}
      </span>
    </div>
  );
}
