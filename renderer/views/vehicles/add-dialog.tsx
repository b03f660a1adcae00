import { Select, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState, type ReactNode } from 'react';
import type { ProfileView } from '#core/contract';
import type { Client } from '../../connect.ts';
import { t } from '../../i18n/index.ts';
import { showScreen } from '../../state/screen.store.ts';
import { CommandDialog } from '../../ui/command-dialog.tsx';
import { Refusal } from '../../ui/refusal.tsx';
import { useAsk } from '../../ui/use-ask.ts';
import { useCommand } from '../../ui/use-command.ts';
import { told } from '../../ui/told/told.ts';
import { useWorkspace } from '../../state/bench.store.ts';
import { cli } from '../../state/cli-commands.ts';

const profilesOf = (client: Client): Promise<ProfileView[]> => client.vehicles.profiles();

const add = async (client: Client, vin: string, profile: string): Promise<void> => {
  await client.vehicles.add({ vin, profile });
  notifications.show({ message: t('vehicles:add.done', { vin }) });
  showScreen('vehicles', vin);
};

const EXAMPLE = 'VIN2000000042';

/** A vehicle to simulate, made by one of the profiles. */
export function AddDialog(props: { onClose: () => void }): ReactNode {
  const { answer } = useAsk(profilesOf);
  const profiles = answer.kind === 'told' ? answer.value : [];
  const [vin, setVin] = useState('');
  const [name, setName] = useState('demo');
  const { state, run, dismiss } = useCommand(add);
  const workspace = useWorkspace();
  const profile = profiles.find((each) => each.name === name) ?? profiles[0];
  const wrong = vinFault(vin.trim());
  return (
    <CommandDialog
      testId="vehicle-add"
      title={t('vehicles:add.title')}
      confirm={t('vehicles:add.confirm')}
      state={state}
      onDismiss={dismiss}
      onClose={props.onClose}
      disabled={vin.trim() === '' || wrong !== null || !profile}
      command={
        vin.trim() === '' || wrong !== null || !profile
          ? null
          : cli.addVehicle(workspace, vin.trim(), profile.name)
      }
      onConfirm={() => {
        if (!profile) return;
        void run(vin.trim(), profile.name).then((done) => {
          if (done) props.onClose();
        });
      }}
    >
      <TextInput
        label={t('vehicles:add.vin')}
        description={t('vehicles:add.vinSays')}
        data-autofocus
        data-testid="vehicle-add-vin"
        classNames={{ input: 'mono' }}
        placeholder={EXAMPLE}
        value={vin}
        error={wrong}
        onChange={(event) => {
          setVin(event.currentTarget.value);
        }}
      />
      <Select
        label={t('vehicles:add.profile')}
        allowDeselect={false}
        data={profiles.map((each) => ({
          value: each.name,
          label:
            each.problem === null
              ? told(each.title)
              : t('vehicles:add.problem', { title: told(each.title) }),
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
      <p className="soft">{told(profile.summary)}</p>
      <ul>
        {profile.ecus.map((ecu) => (
          <li key={ecu.ecuId}>
            {told(ecu.name)} <span className="mono faint">{ecu.hardwareId}</span>
            <span className="soft">
              {ecu.layout === 'single' ? t('vehicles:add.oneBank') : t('vehicles:add.twoBanks')}
              {ecu.dependsOn.length === 0
                ? ''
                : t('vehicles:add.after', { ecus: ecu.dependsOn.join(', ') })}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function vinFault(vin: string): string | null {
  if (vin === '' || /^[A-Za-z0-9_-]{1,64}$/.test(vin)) return null;
  return vin.length > 64 ? t('vehicles:add.tooLong') : t('vehicles:add.badLetters');
}
