import { Button, Tooltip } from '@mantine/core';
import { IconDeviceFloppy, IconFileImport, IconFlask, IconRestore } from '@tabler/icons-react';
import { useRef, useState, type ReactNode } from 'react';
import type { RefusalView } from '#core/contract';
import type { Client } from '../../connect.ts';
import { t } from '../../i18n/index.ts';
import { discardAcl, putAcl, saveAcl, useAcl } from '../../state/acl.store.ts';
import { guessCast } from '../../state/cast.ts';
import { readText } from '../../state/files.ts';
import { toRefusal } from '../../state/refusal.ts';
import { sampleAcl } from '../../state/sample-acl.ts';
import { useBench, useWorkspace } from '../../state/bench.store.ts';
import { Refusal } from '../../ui/refusal.tsx';
import { offerUndo } from '../../ui/undo.tsx';
import { useCommand } from '../../ui/use-command.ts';
import { Warning } from '../../ui/warning.tsx';
import { DefaultDialog } from './default-dialog.tsx';
import { guessOwn } from './guess.ts';
import { cli } from '../../state/cli-commands.ts';
import { CopyCommand } from '../../ui/copy-command.tsx';

const ICON = { size: 15, 'aria-hidden': true } as const;

const save = async (client: Client, text: string, live: boolean): Promise<void> => {
  const { saved: before } = useAcl.getState();
  const lines = await saveAcl(client, text);
  const says = t(live ? 'trust:rules.savedLive' : 'trust:rules.saved', { count: lines });
  const own = before?.isDefault === false ? before.text : null;
  const after = useAcl.getState().saved?.text;
  offerUndo(says, (again) => saveAcl(again, own, after));
};

export function AclActions(props: { errors: number }): ReactNode {
  const { draft, cast, saved } = useAcl();
  const live = useBench((store) => store.bench?.roles.broker.kind === 'on');
  const outside = useBench((store) => store.bench?.settings.externalBroker) ?? null;
  const [refused, setRefused] = useState<RefusalView | null>(null);
  const saving = useCommand(save);
  const [asking, setAsking] = useState(false);
  const workspace = useWorkspace();
  const input = useRef<HTMLInputElement>(null);
  const open = async (file: File): Promise<void> => {
    try {
      setRefused(null);
      const text = await readText(file);
      putAcl(text, guessOwn(text));
    } catch (error) {
      setRefused(toRefusal(error));
    }
  };
  return (
    <>
      <div className="row trust-actions">
        <input
          ref={input}
          type="file"
          className="visually-hidden"
          tabIndex={-1}
          aria-label={t('trust:rules.file')}
          data-testid="acl-file"
          onChange={(event) => {
            const file = event.currentTarget.files?.item(0);
            // The same file chosen again is a change as well.
            event.currentTarget.value = '';
            if (file) void open(file);
          }}
        />
        <Button
          variant="default"
          leftSection={<IconFileImport {...ICON} />}
          onClick={() => input.current?.click()}
        >
          {t('trust:rules.load')}
        </Button>
        <Tooltip label={t('trust:rules.sampleSays')}>
          <Button
            variant="default"
            leftSection={<IconFlask {...ICON} />}
            data-testid="acl-sample"
            onClick={() => {
              putAcl(sampleAcl, guessCast(sampleAcl, []));
            }}
          >
            {t('trust:rules.sample')}
          </Button>
        </Tooltip>
        <Tooltip label={t('trust:rules.defaultSays')}>
          <Button
            variant="default"
            leftSection={<IconRestore {...ICON} />}
            data-testid="acl-default"
            disabled={saved?.isDefault !== false}
            onClick={() => {
              setAsking(true);
            }}
          >
            {t('trust:rules.default')}
          </Button>
        </Tooltip>
        <span className="spring" />
        <CopyCommand compact command={cli.setAcl(workspace)} />
        <Button
          variant="default"
          data-testid="acl-discard"
          disabled={draft === null && cast === null}
          onClick={() => {
            saving.dismiss();
            setRefused(null);
            discardAcl();
          }}
        >
          {t('trust:rules.discard')}
        </Button>
        <Button
          leftSection={<IconDeviceFloppy {...ICON} />}
          data-testid="acl-save"
          disabled={draft === null || props.errors > 0}
          loading={saving.state.kind === 'running'}
          onClick={() => {
            if (draft !== null) void saving.run(draft, live);
          }}
        >
          {live ? t('trust:rules.saveLive') : t('trust:rules.save')}
        </Button>
      </div>
      {asking ? (
        <DefaultDialog
          live={live}
          onClose={() => {
            setAsking(false);
          }}
        />
      ) : null}
      {refused === null ? null : (
        <Refusal
          refusal={refused}
          onClose={() => {
            setRefused(null);
          }}
        />
      )}
      {saving.state.kind === 'refused' ? (
        <Refusal refusal={saving.state.refusal} onClose={saving.dismiss} />
      ) : null}
      {draft !== null && cast !== null ? <Warning>{t('trust:rules.otherNames')}</Warning> : null}
      {outside === null ? null : <p className="soft">{t('trust:rules.outside')}</p>}
    </>
  );
}
