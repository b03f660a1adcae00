import { Button, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMemo, useState, type ReactNode } from 'react';
import type { ProfileView } from '#core/contract';
import type { Client } from '../../connect.ts';
import { placeOf } from '../../state/profile-problem.ts';
import { Refusal } from '../../ui/refusal.tsx';
import { useCommand } from '../../ui/use-command.ts';
import { JsonEditor, type Problem } from '../../ui/json-editor.tsx';

const save = async (client: Client, name: string, text: string): Promise<void> => {
  await client.vehicles.saveProfile({ name, text });
  notifications.show({ message: `The profile ${name} is saved.` });
};

/** One profile's text. It is checked whole before anything is kept. */
export function ProfileForm(props: {
  profile: ProfileView;
  onSaved: (name: string) => void;
  onClose: () => void;
}): ReactNode {
  const { profile, onSaved, onClose } = props;
  const [text, setText] = useState(profile.text);
  const [name, setName] = useState(profile.name);
  const { state, run, dismiss } = useCommand(save);
  const refusal =
    state.kind === 'refused' ? state.refusal : text === profile.text ? profile.problem : null;
  const wrongName = /^[a-z0-9][a-z0-9-]{0,63}$/.test(name)
    ? null
    : 'Small letters, digits and -, at most 64: it is the name of the file.';
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
        label={`Profile ${profile.name}`}
        text={text}
        testId="json-editor"
        problems={problems}
        place={place}
        onChange={(changed) => {
          setText(changed);
          dismiss();
        }}
      />
      {refusal === null ? null : <Refusal refusal={refusal} />}
      <div className="row profile-save">
        <TextInput
          label="Save as"
          data-testid="profile-name"
          classNames={{ input: 'mono' }}
          value={name}
          error={wrongName}
          onChange={(event) => {
            setName(event.currentTarget.value);
          }}
        />
        <span className="soft profile-note">
          Vehicles made by it take it up when they start next.
        </span>
        <span className="spring" />
        <Button variant="default" onClick={onClose}>
          Close
        </Button>
        <Button
          data-testid="profile-save"
          loading={state.kind === 'running'}
          onClick={() => {
            if (wrongName !== null) return;
            void run(name, text).then((done) => {
              if (done) onSaved(name);
            });
          }}
        >
          Check and save
        </Button>
      </div>
    </>
  );
}
