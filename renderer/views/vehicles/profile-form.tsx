import { Button, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMemo, useState, type ReactNode } from 'react';
import type { ProfileView } from '#core/contract';
import type { Client } from '../../connect.ts';
import { t } from '../../i18n/index.ts';
import {
  dropProfileDraft,
  keepProfileDraft,
  useProfileDrafts,
} from '../../state/profile-drafts.store.ts';
import { placeOf } from '../../state/profile-problem.ts';
import { Refusal } from '../../ui/refusal.tsx';
import { useCommand } from '../../ui/use-command.ts';
import { JsonEditor, type Problem } from '../../ui/json-editor.tsx';
import { useWorkspace } from '../../state/bench.store.ts';
import { cli } from '../../state/cli-commands.ts';
import { CopyCommand } from '../../ui/copy-command.tsx';

const save = async (client: Client, name: string, text: string): Promise<void> => {
  await client.vehicles.saveProfile({ name, text });
  notifications.show({ message: t('vehicles:profiles.saved', { name }) });
};

/** One profile's text. It is checked whole before anything is kept. */
export function ProfileForm(props: {
  profile: ProfileView;
  onSaved: (name: string) => void;
  onClose: () => void;
}): ReactNode {
  const { profile, onSaved, onClose } = props;
  const text = useProfileDrafts(({ texts }) => texts[profile.name]) ?? profile.text;
  const isDraft = text !== profile.text;
  const [name, setName] = useState(profile.name);
  const { state, run, dismiss } = useCommand(save);
  const workspace = useWorkspace();
  const refusal = state.kind === 'refused' ? state.refusal : isDraft ? null : profile.problem;
  const wrongName = /^[a-z0-9][a-z0-9-]{0,63}$/.test(name) ? null : t('vehicles:profiles.badName');
  const place = useMemo(() => refusal && placeOf(refusal.reason), [refusal]);
  const problems = useMemo<readonly Problem[]>(
    () =>
      refusal === null || place === null
        ? []
        : [{ ...place, path: refusal.code, reason: refusal.reason }],
    [refusal, place],
  );
  return (
    <>
      <JsonEditor
        label={t('vehicles:profiles.editor', { name: profile.name })}
        text={text}
        testId="json-editor"
        problems={problems}
        place={place}
        onChange={(changed) => {
          keepProfileDraft(profile.name, changed, profile.text);
          dismiss();
        }}
      />
      {refusal === null ? null : <Refusal refusal={refusal} />}
      <div className="row profile-save">
        <TextInput
          label={t('vehicles:profiles.saveAs')}
          data-testid="profile-name"
          classNames={{ input: 'mono' }}
          value={name}
          error={wrongName}
          onChange={(event) => {
            setName(event.currentTarget.value);
          }}
        />
        <span className="soft profile-note">
          {isDraft ? t('vehicles:profiles.draft') : t('vehicles:profiles.note')}
        </span>
        <span className="spring" />
        {wrongName === null ? <CopyCommand compact command={cli.profile(workspace, name)} /> : null}
        {isDraft ? (
          <Button
            variant="default"
            data-testid="profile-discard"
            onClick={() => {
              dropProfileDraft(profile.name);
              dismiss();
            }}
          >
            {t('vehicles:profiles.discard')}
          </Button>
        ) : null}
        <Button variant="default" onClick={onClose}>
          {t('vehicles:profiles.close')}
        </Button>
        <Button
          data-testid="profile-save"
          loading={state.kind === 'running'}
          onClick={() => {
            if (wrongName !== null) return;
            void run(name, text).then((done) => {
              if (!done) return;
              dropProfileDraft(profile.name, text);
              onSaved(name);
            });
          }}
        >
          {t('vehicles:profiles.save')}
        </Button>
      </div>
    </>
  );
}
