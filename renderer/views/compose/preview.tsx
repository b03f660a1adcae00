import { Button, SegmentedControl } from '@mantine/core';
import { IconBraces, IconSend2 } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import type { Composed } from '#core/contract';
import { t } from '../../i18n/index.ts';
import { useWorkspace } from '../../state/bench.store.ts';
import { cli } from '../../state/cli-commands.ts';
import {
  publishComposed,
  recompose,
  useCompose,
  type Composition,
} from '../../state/compose.store.ts';
import { showScreen } from '../../state/screen.store.ts';
import { focusUpdate } from '../../state/updates.store.ts';
import { useUpload } from '../../state/upload.store.ts';
import { CopyCommand } from '../../ui/copy-command.tsx';
import { Copy } from '../../ui/copy.tsx';
import { Empty } from '../../ui/empty.tsx';
import { count, listed, prettyJson } from '../../ui/format.ts';
import { Json } from '../../ui/json.tsx';
import { tellLate } from '../../ui/late-refusal.tsx';
import { Refusal } from '../../ui/refusal.tsx';
import { Tag } from '../../ui/tag.tsx';

type View = 'pretty' | 'bytes';

/** The message as it will be published, and the button that does it. */
export function Preview(): ReactNode {
  const composition = useCompose((store) => store.composition);
  const [view, setView] = useState<View>('pretty');
  const composed = 'composed' in composition ? composition.composed : null;
  return (
    <section
      className="panel preview"
      aria-label={t('compose:message.label')}
      data-testid="compose-preview"
    >
      <div className="panel-head">
        <h2>{t('compose:message.title')}</h2>
        <StateTag composition={composition} />
        <span className="spring" />
        <SegmentedControl
          aria-label={t('compose:message.how')}
          value={view}
          onChange={setView}
          data={[
            { value: 'pretty', label: t('compose:message.pretty') },
            { value: 'bytes', label: t('compose:message.bytes') },
          ]}
        />
        <Copy text={composed?.payload ?? ''} what={t('compose:message.what')} />
      </div>
      <div className="preview-body" tabIndex={0} aria-label={t('compose:message.body')}>
        <Body composition={composition} view={view} />
      </div>
      <div className="preview-foot">
        <span className="soft">
          {composed === null ? t('compose:message.signedWhen') : t('compose:message.asTheyStand')}
        </span>
        <span className="spring" />
        <AsCommand composition={composition} />
        <PublishButton composition={composition} />
      </div>
    </section>
  );
}

function StateTag(props: { composition: Composition }): ReactNode {
  switch (props.composition.kind) {
    case 'composing':
      return <Tag tone="busy">{t('compose:state.composing')}</Tag>;
    case 'ready':
      return <Tag tone="ok">{t('compose:state.ready')}</Tag>;
    case 'publishing':
      return <Tag tone="busy">{t('compose:state.publishing')}</Tag>;
    case 'published':
      return <Tag tone="ok">{t('compose:state.published')}</Tag>;
    case 'refused':
      return <Tag tone="bad">{t('compose:state.refused')}</Tag>;
    case 'incomplete':
      return null;
  }
}

function Body(props: { composition: Composition; view: View }): ReactNode {
  const { composition } = props;
  switch (composition.kind) {
    case 'incomplete':
      return (
        <Empty icon={<IconBraces size={30} stroke={1.4} />} title={t('compose:message.here')}>
          {composition.missing.length > 0
            ? t('compose:message.needed', {
                what: listed(composition.missing.map((what) => t(`compose:missing.${what}`))),
              })
            : ''}
        </Empty>
      );
    case 'composing':
      return null;
    case 'refused':
      return (
        <div className="compose-note">
          <Refusal refusal={composition.refusal}>
            <Button mt={6} size="compact-xs" variant="default" onClick={recompose}>
              {t('compose:message.tryAgain')}
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
        <dt>{t('compose:message.topic')}</dt>
        <dd className="mono">{composed.topic}</dd>
        <dt>{t('compose:message.qos')}</dt>
        <dd>
          {composed.qos}{' '}
          <span className="faint">
            · {t('compose:message.notRetained')} ·{' '}
            {t('compose:firmware.bytes', { number: count(size) })}
          </span>
        </dd>
      </dl>
      <Json text={text ?? composed.payload} testId="compose-json" />
    </>
  );
}

/** Once there is something that could be published: the same by `ota-bench publish`. */
function AsCommand(props: { composition: Composition }): ReactNode {
  const workspace = useWorkspace();
  const { form, origin } = useCompose();
  const artifact = useUpload((store) =>
    store.upload.kind === 'stored' ? store.upload.artifact : null,
  );
  const { vin, ecuId, version, description, releaseCounter } = form;
  // The panel of a bundle has its own.
  if (origin === 'bundle' || props.composition.kind !== 'ready') return null;
  if (artifact === null || vin === null || ecuId === null) return null;
  const draft = { vin, ecuId, version, description, artifactName: artifact.name };
  const counter = releaseCounter === null ? {} : { releaseCounter };
  return <CopyCommand command={cli.publish(workspace, { ...draft, ...counter })} />;
}

function PublishButton(props: { composition: Composition }): ReactNode {
  const { composition } = props;
  if (composition.kind === 'published') {
    const { updateId } = composition;
    return (
      <div className="row">
        <Button variant="default" onClick={recompose}>
          {t('compose:message.another')}
        </Button>
        <Button
          onClick={() => {
            focusUpdate(updateId);
            showScreen('bench');
          }}
        >
          {t('compose:message.watch')}
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
        void publishComposed(tellLate).then((updateId) => {
          if (updateId === null) return;
          focusUpdate(updateId);
          showScreen('bench');
        });
      }}
    >
      {t('compose:message.publish')}
    </Button>
  );
}
