import { Select, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState, type ReactNode } from 'react';
import type { ProfileView } from '#core/contract';
import type { Client } from '../../connect.ts';
import { showScreen } from '../../state/screen.store.ts';
import { CommandDialog } from '../../ui/command-dialog.tsx';
import { Refusal } from '../../ui/refusal.tsx';
import { useAsk } from '../../ui/use-ask.ts';
import { useCommand } from '../../ui/use-command.ts';

const profilesOf = (client: Client): Promise<ProfileView[]> => client.vehicles.profiles();

const add = async (client: Client, vin: string, profile: string): Promise<void> => {
  await client.vehicles.add({ vin, profile });
  notifications.show({ message: `${vin} is added.` });
  showScreen('vehicles', vin);
};

/** A vehicle to simulate, made by one of the profiles. */
export function AddDialog(props: { onClose: () => void }): ReactNode {
  const { answer } = useAsk(profilesOf);
  const profiles = answer.kind === 'told' ? answer.value : [];
  const [vin, setVin] = useState('');
  const [name, setName] = useState('demo');
  const { state, run, dismiss } = useCommand(add);
  const profile = profiles.find((each) => each.name === name) ?? profiles[0];
  const wrong = vinFault(vin.trim());
  return (
    <CommandDialog
      testId="vehicle-add"
      title="Add a vehicle"
      confirm="Add"
      state={state}
      onDismiss={dismiss}
      onClose={props.onClose}
      disabled={vin.trim() === '' || wrong !== null || !profile}
      onConfirm={() => {
        if (!profile) return;
        void run(vin.trim(), profile.name).then((done) => {
          if (done) props.onClose();
        });
      }}
    >
      <TextInput
        label="VIN"
        description="Also its MQTT identity. Real ones have 17 characters; any name will do."
        data-autofocus
        data-testid="vehicle-add-vin"
        classNames={{ input: 'mono' }}
        placeholder="VIN2000000042"
        value={vin}
        error={wrong}
        onChange={(event) => {
          setVin(event.currentTarget.value);
        }}
      />
      <Select
        label="Profile"
        allowDeselect={false}
        data={profiles.map((each) => ({
          value: each.name,
          label: each.problem === null ? each.title : `${each.title} (has a problem)`,
        }))}
        value={profile?.name ?? null}
        onChange={(value) => {
          setName(value ?? 'demo');
        }}
      />
      {answer.kind === 'refused' ? <Refusal refusal={answer.refusal} /> : null}
      {profile ? <Made profile={profile} /> : null}
    </CommandDialog>
  );
}

/** What would be made by it. */
function Made(props: { profile: ProfileView }): ReactNode {
  const { profile } = props;
  if (profile.problem) return <Refusal refusal={profile.problem} />;
  return (
    <div className="made">
      <p className="soft">{profile.summary}</p>
      <ul>
        {profile.ecus.map((ecu) => (
          <li key={ecu.ecuId}>
            {ecu.name} <span className="mono faint">{ecu.hardwareId}</span>
            <span className="soft">
              {ecu.layout === 'single' ? ', one bank' : ', two banks'}
              {ecu.dependsOn.length === 0 ? '' : `, after ${ecu.dependsOn.join(', ')}`}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function vinFault(vin: string): string | null {
  if (vin === '' || /^[A-Za-z0-9_-]{1,64}$/.test(vin)) return null;
  return vin.length > 64
    ? 'At most 64 characters.'
    : 'Letters, digits, - and _ only: it is part of topics and file names.';
}
