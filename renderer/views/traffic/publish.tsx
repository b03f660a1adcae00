import { Button, Checkbox, SegmentedControl, Select, Textarea, TextInput } from '@mantine/core';
import { useEffect, useState, type ReactNode } from 'react';
import type { PublishRecord, PublishTemplate } from '#core/contract';
import type { Client } from '../../connect.ts';
import { toBase64 } from '../../state/files.ts';
import { clockTime, count, fromBase64 } from '../../ui/format.ts';
import { Refusal } from '../../ui/refusal.tsx';
import { shownLine } from '../../ui/safe-text.ts';
import { Tag } from '../../ui/tag.tsx';
import { useCommand } from '../../ui/use-command.ts';
import { ChooseConnection, useChosenConnection } from './choose-connection.tsx';

type Draft = Omit<PublishTemplate, 'name'>;
type Show<T> = (value: T) => void;

const send = async (
  client: Client,
  connection: string,
  { topic, payload, qos, retain, properties }: Draft,
  confirm: string,
  show: Show<PublishRecord[]>,
): Promise<void> => {
  try {
    await client.publish.send({
      ...{ connection, topic, qos, retain },
      payloadBase64: toBase64(new TextEncoder().encode(payload)),
      variables: {},
      ...(properties === null ? {} : { properties }),
      ...(confirm === '' ? {} : { confirm }),
    });
  } finally {
    show(await client.publish.history());
  }
};
const loadHistory = async (client: Client, show: Show<PublishRecord[]>): Promise<void> => {
  show(await client.publish.history());
};
const loadTemplates = async (client: Client, show: Show<PublishTemplate[]>): Promise<void> => {
  show(await client.publish.templates());
};
const saveTemplate = async (
  client: Client,
  template: PublishTemplate,
  show: Show<PublishTemplate[]>,
): Promise<void> => {
  show(await client.publish.saveTemplate(template));
};

const empty: Draft = { topic: '', payload: '', qos: 0, retain: false, properties: null };

/** Any message to any broker that is connected. */
export function Publish(): ReactNode {
  const chosen = useChosenConnection();
  const [draft, setDraft] = useState(empty);
  const [confirm, setConfirm] = useState('');
  const [history, setHistory] = useState<readonly PublishRecord[]>([]);
  const [templates, setTemplates] = useState<readonly PublishTemplate[]>([]);
  const [name, setName] = useState('');
  const sending = useCommand(send);
  const saving = useCommand(saveTemplate);
  const { run: readHistory } = useCommand(loadHistory);
  const { run: readTemplates } = useCommand(loadTemplates);
  useEffect(() => {
    void readHistory(setHistory);
    void readTemplates(setTemplates);
  }, [readHistory, readTemplates]);
  const { connection } = chosen;
  const needsName = connection?.production === true && confirm !== connection.name;
  const change = (part: Partial<Draft>): void => {
    setDraft({ ...draft, ...part });
  };
  return (
    <section className="two-panels" aria-label="Publish">
      <form
        className="panel panel-body fields"
        onSubmit={(event) => {
          event.preventDefault();
          if (connection !== null) void sending.run(connection.id, draft, confirm, setHistory);
        }}
      >
        <ChooseConnection {...chosen} confirm={confirm} onConfirm={setConfirm} />
        <Select
          label="Template"
          placeholder={templates.length === 0 ? 'none saved' : 'choose one'}
          data={templates.map((each) => each.name)}
          value={null}
          onChange={(wanted) => {
            const template = templates.find((each) => each.name === wanted);
            if (template) setDraft(template);
          }}
        />
        <TextInput
          label="Topic"
          classNames={{ input: 'mono' }}
          spellCheck={false}
          data-testid="publish-topic"
          value={draft.topic}
          onChange={(event) => {
            change({ topic: event.currentTarget.value });
          }}
        />
        <Textarea
          label="Payload"
          description="{{now}}, {{ms}}, {{uuid}} and {{n}} are filled in"
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
        <div className="row">
          <SegmentedControl
            aria-label="QoS"
            value={String(draft.qos)}
            data={['0', '1', '2'].map((qos) => ({ value: qos, label: `QoS ${qos}` }))}
            onChange={(qos) => {
              change({ qos: qos === '0' ? 0 : qos === '1' ? 1 : 2 });
            }}
          />
          <Checkbox
            label="Retain"
            checked={draft.retain}
            onChange={(event) => {
              change({ retain: event.currentTarget.checked });
            }}
          />
          <span className="spring" />
          <Button
            type="submit"
            data-testid="publish-send"
            loading={sending.state.kind === 'running'}
            disabled={draft.topic === '' || connection === null || needsName}
          >
            Publish
          </Button>
        </div>
        {connection?.protocol === 5 ? (
          <div className="pair">
            <TextInput
              label="Content type"
              value={draft.properties?.contentType ?? ''}
              onChange={(event) => {
                change({
                  properties: withText(draft.properties, 'contentType', event.currentTarget.value),
                });
              }}
            />
            <TextInput
              label="Response topic"
              value={draft.properties?.responseTopic ?? ''}
              onChange={(event) => {
                change({
                  properties: withText(
                    draft.properties,
                    'responseTopic',
                    event.currentTarget.value,
                  ),
                });
              }}
            />
          </div>
        ) : null}
        <div className="row">
          <TextInput
            aria-label="Name of the template"
            placeholder="Name of a template"
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
            Save as template
          </Button>
        </div>
        {[sending, saving].map(({ state, dismiss }, index) =>
          state.kind === 'refused' ? (
            <Refusal key={index} refusal={state.refusal} onClose={dismiss} />
          ) : null,
        )}
      </form>
      <History
        records={history}
        onAgain={({ topic, qos, retain, properties, payloadBase64 }) => {
          const payload = new TextDecoder().decode(fromBase64(payloadBase64));
          setDraft({ topic, qos, retain, properties, payload });
        }}
      />
    </section>
  );
}

/** An empty field is no property: brokers take an empty one for a value. */
function withText(
  properties: Draft['properties'],
  name: 'contentType' | 'responseTopic',
  text: string,
): Draft['properties'] {
  const next = { ...properties };
  if (text === '') Reflect.deleteProperty(next, name);
  else next[name] = text;
  return Object.keys(next).length === 0 ? null : next;
}

function History(props: {
  records: readonly PublishRecord[];
  onAgain: (record: PublishRecord) => void;
}): ReactNode {
  return (
    <div className="panel sent">
      <div className="panel-head">
        <h2>Sent before</h2>
        <span className="faint">{count(props.records.length)}</span>
      </div>
      <ol tabIndex={0} aria-label="Sent before, newest first">
        {props.records.map((record) => (
          <li key={record.id}>
            <button
              type="button"
              title="Take into the form"
              onClick={() => {
                props.onAgain(record);
              }}
            >
              <span className="mono faint">{clockTime(record.at)}</span>
              <bdi className="mono clip">{shownLine(record.topic, 200)}</bdi>
              {record.outcome.kind === 'sent' ? (
                <Tag tone="ok">{record.outcome.answer?.words ?? 'sent'}</Tag>
              ) : (
                <Tag tone="bad" title={record.outcome.refusal.reason}>
                  {record.outcome.refusal.code}
                </Tag>
              )}
            </button>
          </li>
        ))}
      </ol>
    </div>
  );
}
