import { Button, Checkbox, SegmentedControl, Select, Textarea, TextInput } from '@mantine/core';
import { useEffect, useState, type ReactNode } from 'react';
import type { PublishRecord, PublishTemplate } from '#core/contract';
import type { Client } from '../../connect.ts';
import { t } from '../../i18n/index.ts';
import { onClient } from '../../state/connection.store.ts';
import { emptyDraft, variablesIn, type PublishDraft } from '../../state/publish-draft.ts';
import { sendDraft } from '../../state/publish-send.ts';
import { Refusal } from '../../ui/refusal.tsx';
import { useCommand } from '../../ui/use-command.ts';
import { ChooseConnection, useChosenConnection } from './choose-connection.tsx';
import { MqttProperties } from './mqtt-properties.tsx';
import { PublishHistory } from './publish-history.tsx';
import { useWorkspace } from '../../state/bench.store.ts';
import { cli } from '../../state/cli-commands.ts';
import { CopyCommand } from '../../ui/copy-command.tsx';

type Show<T> = (value: T) => void;

const loadHistory = async (client: Client, show: Show<PublishRecord[]>): Promise<void> => {
  show(await client.publish.history());
};
const loadTemplates = async (client: Client, show: Show<PublishTemplate[]>): Promise<void> => {
  show(await client.publish.templates());
};
const removeTemplate = async (
  client: Client,
  name: string,
  show: Show<PublishTemplate[]>,
): Promise<void> => {
  show(await client.publish.removeTemplate({ name }));
};
const saveTemplate = async (
  client: Client,
  template: PublishTemplate,
  show: Show<PublishTemplate[]>,
): Promise<void> => {
  show(await client.publish.saveTemplate(template));
};

const asVariable = (name: string): string => ['{{', name, '}}'].join('');
const MONO = 'mono';
const MONO_LABEL = { label: MONO };
const KNOWN = '{{now}}, {{ms}}, {{uuid}}, {{n}}';
const OTHER = '{{name}}';

/** Any message to any broker that is connected. */
export function Publish(): ReactNode {
  const chosen = useChosenConnection();
  const [draft, setDraft] = useState(emptyDraft);
  const [confirm, setConfirm] = useState('');
  const [history, setHistory] = useState<readonly PublishRecord[]>([]);
  const [templates, setTemplates] = useState<readonly PublishTemplate[]>([]);
  const [name, setName] = useState('');
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  /** Counts what was taken into the form, so that its fields begin anew. */
  const [taken, setTaken] = useState(0);
  const sending = useCommand(sendDraft);
  const workspace = useWorkspace();
  const saving = useCommand(saveTemplate);
  const removing = useCommand(removeTemplate);
  const { run: readHistory } = useCommand(loadHistory, 'look');
  const { run: readTemplates } = useCommand(loadTemplates, 'look');
  useEffect(
    () =>
      onClient((client) => {
        if (client === null) return;
        void readHistory(setHistory);
        void readTemplates(setTemplates);
      }),
    [readHistory, readTemplates],
  );
  const { connection } = chosen;
  const needsName =
    connection !== null && connection.confirm !== null && confirm !== connection.confirm;
  const wanted = variablesIn(draft);
  const filled = Object.fromEntries(wanted.map((each) => [each, values[each] ?? '']));
  const take = ({ topic, payload, qos, retain, properties }: PublishDraft): void => {
    setDraft({ topic, payload, qos, retain, properties });
    setTaken(taken + 1);
  };
  const change = (part: Partial<PublishDraft>): void => {
    setDraft({ ...draft, ...part });
  };
  return (
    <section className="two-panels" aria-label={t('traffic:publish.label')}>
      <form
        className="panel panel-body fields"
        onSubmit={(event) => {
          event.preventDefault();
          if (connection === null) return;
          void sending.run(connection.id, draft, filled, confirm, setHistory);
        }}
      >
        <ChooseConnection {...chosen} confirm={confirm} onConfirm={setConfirm} />
        <div className="row publish-template">
          <Select
            className="spring"
            label={t('traffic:publish.template')}
            placeholder={
              templates.length === 0
                ? t('traffic:publish.noneSaved')
                : t('traffic:publish.chooseOne')
            }
            data={templates.map((each) => each.name)}
            value={templates.some((each) => each.name === name) ? name : null}
            onChange={(chosenName) => {
              const template = templates.find((each) => each.name === chosenName);
              if (!template) return;
              take(template);
              setName(template.name);
            }}
          />
          <Button
            variant="subtle"
            color="red"
            disabled={!templates.some((each) => each.name === name)}
            onClick={() => {
              void removing.run(name, setTemplates);
            }}
          >
            {t('traffic:publish.delete')}
          </Button>
        </div>
        <TextInput
          label={t('traffic:publish.topic')}
          classNames={{ input: 'mono' }}
          spellCheck={false}
          data-testid="publish-topic"
          value={draft.topic}
          onChange={(event) => {
            change({ topic: event.currentTarget.value });
          }}
        />
        <Textarea
          label={t('traffic:publish.payload')}
          description={t('traffic:publish.variables', { known: KNOWN, other: OTHER })}
          classNames={{ input: 'mono' }}
          spellCheck={false}
          autosize
          minRows={6}
          maxRows={18}
          data-testid="publish-payload"
          value={draft.payload}
          onChange={(event) => {
            change({ payload: event.currentTarget.value });
          }}
        />
        {wanted.map((each) => (
          <TextInput
            key={each}
            label={asVariable(each)}
            classNames={MONO_LABEL}
            spellCheck={false}
            data-testid={`publish-variable-${each}`}
            value={values[each] ?? ''}
            onChange={(event) => {
              setValues({ ...values, [each]: event.currentTarget.value });
            }}
          />
        ))}
        <div className="row">
          <SegmentedControl
            aria-label={t('traffic:filter.qos')}
            value={String(draft.qos)}
            data={['0', '1', '2'].map((qos) => ({ value: qos, label: `QoS ${qos}` }))}
            onChange={(qos) => {
              change({ qos: qos === '0' ? 0 : qos === '1' ? 1 : 2 });
            }}
          />
          <Checkbox
            label={t('traffic:publish.retain')}
            checked={draft.retain}
            onChange={(event) => {
              change({ retain: event.currentTarget.checked });
            }}
          />
          <span className="spring" />
          {connection === null || draft.topic === '' ? null : (
            <CopyCommand
              compact
              command={cli.send(workspace, connection, draft, filled, confirm)}
            />
          )}
          <Button
            type="submit"
            data-testid="publish-send"
            loading={sending.state.kind === 'running'}
            disabled={draft.topic === '' || connection === null || needsName}
          >
            {t('traffic:publish.send')}
          </Button>
        </div>
        {connection?.protocol === 5 ? (
          <MqttProperties
            key={taken}
            properties={draft.properties}
            onChange={(properties) => {
              change({ properties });
            }}
          />
        ) : null}
        <div className="row">
          <TextInput
            aria-label={t('traffic:publish.nameOf')}
            placeholder={t('traffic:publish.nameHint')}
            value={name}
            onChange={(event) => {
              setName(event.currentTarget.value);
            }}
          />
          <Button
            variant="default"
            disabled={name.trim() === '' || draft.topic === ''}
            onClick={() => {
              void saving.run({ ...draft, name: name.trim() }, setTemplates);
            }}
          >
            {t('traffic:publish.save')}
          </Button>
        </div>
        {[sending, saving, removing].map(({ state, dismiss }, index) =>
          state.kind === 'refused' ? (
            <Refusal key={index} refusal={state.refusal} onClose={dismiss} />
          ) : null,
        )}
      </form>
      <PublishHistory records={history} onAgain={take} />
    </section>
  );
}
