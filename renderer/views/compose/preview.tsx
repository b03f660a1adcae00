import { Button, SegmentedControl } from '@mantine/core';
import { IconBraces, IconSend2 } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import type { Composed } from '#core/contract';
import {
  publishComposed,
  recompose,
  useCompose,
  type Composition,
} from '../../state/compose.store.ts';
import { showScreen } from '../../state/screen.store.ts';
import { focusUpdate } from '../../state/updates.store.ts';
import { Copy } from '../../ui/copy.tsx';
import { Empty } from '../../ui/empty.tsx';
import { count, prettyJson } from '../../ui/format.ts';
import { Json } from '../../ui/json.tsx';
import { Refusal } from '../../ui/refusal.tsx';
import { Tag } from '../../ui/tag.tsx';

type View = 'pretty' | 'bytes';

/** The message as it will be published, and the button that does it. */
export function Preview(): ReactNode {
  const composition = useCompose((store) => store.composition);
  const [view, setView] = useState<View>('pretty');
  const composed = 'composed' in composition ? composition.composed : null;
  return (
    <section className="panel preview" aria-label="Exact message" data-testid="compose-preview">
      <div className="panel-head">
        <h2>4 · Message</h2>
        <StateTag composition={composition} />
        <span className="spring" />
        <SegmentedControl
          aria-label="How the message is shown"
          value={view}
          onChange={setView}
          data={[
            { value: 'pretty', label: 'Pretty' },
            { value: 'bytes', label: 'Exact bytes' },
          ]}
        />
        <Copy text={composed?.payload ?? ''} what="the exact payload" />
      </div>
      <div className="preview-body" tabIndex={0} aria-label="Message">
        <Body composition={composition} view={view} />
      </div>
      <div className="preview-foot">
        <span className="soft">
          {composed === null
            ? 'Signed when everything is filled in; nothing is sent before you publish.'
            : 'These bytes are published as they stand, once.'}
        </span>
        <span className="spring" />
        <PublishButton composition={composition} />
      </div>
    </section>
  );
}

function StateTag(props: { composition: Composition }): ReactNode {
  switch (props.composition.kind) {
    case 'composing':
      return <Tag tone="busy">Signing</Tag>;
    case 'ready':
      return <Tag tone="ok">Signed, not sent</Tag>;
    case 'publishing':
      return <Tag tone="busy">Publishing</Tag>;
    case 'published':
      return <Tag tone="ok">Published</Tag>;
    case 'refused':
      return <Tag tone="bad">Refused</Tag>;
    case 'incomplete':
      return null;
  }
}

function Body(props: { composition: Composition; view: View }): ReactNode {
  const { composition } = props;
  switch (composition.kind) {
    case 'incomplete':
      return (
        <Empty icon={<IconBraces size={30} stroke={1.4} />} title="The exact JSON appears here">
          {composition.missing.length > 0 ? `Still needed: ${listed(composition.missing)}.` : ''}
        </Empty>
      );
    case 'composing':
      return null;
    case 'refused':
      return (
        <div className="compose-note">
          <Refusal refusal={composition.refusal}>
            <Button mt={6} size="compact-xs" variant="default" onClick={recompose}>
              Try again
            </Button>
          </Refusal>
        </div>
      );
    case 'ready':
    case 'publishing':
    case 'published':
      return <Message composed={composition.composed} view={props.view} />;
  }
}

function Message(props: { composed: Composed; view: View }): ReactNode {
  const { composed, view } = props;
  const text = view === 'pretty' ? prettyJson(composed.payload) : null;
  const size = new TextEncoder().encode(composed.payload).length;
  return (
    <>
      <dl className="facts">
        <dt>Topic</dt>
        <dd className="mono">{composed.topic}</dd>
        <dt>QoS</dt>
        <dd>
          {composed.qos} <span className="faint">· not retained · {count(size)} bytes</span>
        </dd>
      </dl>
      <Json text={text ?? composed.payload} testId="compose-json" />
    </>
  );
}

function PublishButton(props: { composition: Composition }): ReactNode {
  const { composition } = props;
  if (composition.kind === 'published') {
    const { updateId } = composition;
    return (
      <div className="row">
        <Button variant="default" onClick={recompose}>
          Compose another
        </Button>
        <Button
          onClick={() => {
            focusUpdate(updateId);
            showScreen('bench');
          }}
        >
          Watch it on Bench
        </Button>
      </div>
    );
  }
  return (
    <Button
      size="sm"
      data-testid="compose-publish"
      leftSection={<IconSend2 size={16} aria-hidden />}
      loading={composition.kind === 'publishing'}
      disabled={composition.kind !== 'ready'}
      onClick={() => {
        void publishComposed().then((updateId) => {
          if (updateId === null) return;
          focusUpdate(updateId);
          showScreen('bench');
        });
      }}
    >
      Sign and publish
    </Button>
  );
}

function listed(items: readonly string[]): string {
  return new Intl.ListFormat('en', { type: 'conjunction' }).format(items);
}
