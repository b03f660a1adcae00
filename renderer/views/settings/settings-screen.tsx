import { Button } from '@mantine/core';
import { useEffect, type ReactNode } from 'react';
import type { Settings } from '#core/contract';
import type { Client } from '../../connect.ts';
import { t } from '../../i18n/index.ts';
import { useBench, useWorkspace } from '../../state/bench.store.ts';
import { settingNames } from '../../state/setting-name.ts';
import { isSame, withChange } from '../../state/settings-change.ts';
import {
  discardSettings,
  draftSettings,
  settleSettings,
  undoSettings,
  useSettingsDraft,
} from '../../state/settings-draft.store.ts';
import { Refusal } from '../../ui/refusal.tsx';
import { offerUndo } from '../../ui/undo.tsx';
import { useCommand } from '../../ui/use-command.ts';
import { useLater } from '../../ui/use-first.ts';
import { About } from './about.tsx';
import { Broker } from './broker.tsx';
import { Credentials } from './credentials.tsx';
import { Network } from './network.tsx';
import { Signing } from './signing.tsx';
import './settings.css';
import { cli } from '../../state/cli-commands.ts';
import { CopyCommand } from '../../ui/copy-command.tsx';

export function SettingsScreen(): ReactNode {
  const saved = useBench((store) => store.bench?.settings);
  if (saved === undefined) return null;
  return <Form saved={saved} />;
}

/** Undone is what the bench took, which is not for this window to know before. */
async function save(client: Client, before: Settings, wanted: Settings): Promise<void> {
  const taken = await client.settings.set(wanted);
  offerUndo(
    t('settings:saved'),
    (again) => undoSettings(again, before, taken),
    (left) => (left.length === 0 ? null : t('settings:undo.partly', { names: settingNames(left) })),
  );
}

function Form(props: { saved: Settings }): ReactNode {
  const { saved } = props;
  const draft = useSettingsDraft((store) => store.draft);
  const isWhole = useLater();
  const settings = withChange(saved, draft);
  const changed = draft !== null && !isSame(settings, saved);
  // What was saved comes back with the bench's own view; until then the draft stands for it.
  useEffect(() => {
    settleSettings(saved);
  }, [draft, saved]);
  const workspace = useWorkspace();
  const { state, run, dismiss } = useCommand(save);
  return (
    <div className="screen settings">
      <div className="screen-head">
        <h1>{t('settings:title')}</h1>
        <span className="soft">{t('settings:says')}</span>
      </div>
      <form
        aria-label={t('settings:title')}
        onSubmit={(event) => {
          event.preventDefault();
          void run(saved, settings);
        }}
      >
        <Broker settings={settings} edit={draftSettings} />
        <Network settings={settings} edit={draftSettings} />
        {isWhole ? <Signing settings={settings} edit={draftSettings} /> : null}
        <div className="settings-save">
          {state.kind === 'refused' ? (
            <div className="settings-refusal">
              <Refusal refusal={state.refusal} onClose={dismiss} />
            </div>
          ) : null}
          <span className="soft">{changed ? t('settings:unsaved') : t('settings:allSaved')}</span>
          <span className="spring" />
          {changed ? (
            <CopyCommand compact command={cli.settings(workspace, saved, settings)} />
          ) : null}
          <Button
            variant="default"
            disabled={!changed}
            onClick={() => {
              dismiss();
              discardSettings();
            }}
          >
            {t('settings:discard')}
          </Button>
          <Button
            type="submit"
            data-testid="settings-save"
            disabled={!changed}
            loading={state.kind === 'running'}
          >
            {t('settings:save')}
          </Button>
        </div>
      </form>
      {isWhole ? (
        <>
          <Credentials />
          <About />
        </>
      ) : null}
    </div>
  );
}
