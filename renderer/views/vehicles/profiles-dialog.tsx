import { Modal, Select } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import type { ProfileView } from '#core/contract';
import type { Client } from '../../connect.ts';
import { t } from '../../i18n/index.ts';
import { Refusal } from '../../ui/refusal.tsx';
import { useAsk } from '../../ui/use-ask.ts';
import { useFocusBack } from '../../ui/use-focus-back.ts';
import { ProfileForm } from './profile-form.tsx';
import { told } from '../../ui/told/told.ts';

const profilesOf = (client: Client): Promise<ProfileView[]> => client.vehicles.profiles();

/** The kinds of vehicles as files, to look at and to change. */
export function ProfilesDialog(props: { profile: string | null; onClose: () => void }): ReactNode {
  const { answer, again } = useAsk(profilesOf);
  const profiles = answer.kind === 'told' ? answer.value : [];
  const [name, setName] = useState(props.profile ?? 'demo');
  const profile = profiles.find((each) => each.name === name) ?? profiles[0];
  useFocusBack();
  return (
    <Modal
      opened
      onClose={props.onClose}
      title={t('vehicles:profiles.title')}
      size={920}
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': t('vehicles:profiles.close') }}
    >
      <div className="dialog" data-testid="profiles">
        <Select
          label={t('vehicles:profiles.which')}
          data-testid="profiles-which"
          description={t('vehicles:profiles.whichSays')}
          allowDeselect={false}
          data={profiles.map((each) => ({
            value: each.name,
            label: `${told(each.title)} (${each.name}, ${t(`vehicles:profiles.origin.${each.origin}`)})`,
          }))}
          value={profile?.name ?? null}
          onChange={(value) => {
            setName(value ?? 'demo');
          }}
        />
        {answer.kind === 'refused' ? <Refusal refusal={answer.refusal} /> : null}
        {profile ? (
          <ProfileForm
            key={profile.name}
            profile={profile}
            onClose={props.onClose}
            onSaved={(saved) => {
              setName(saved);
              again();
            }}
          />
        ) : null}
      </div>
    </Modal>
  );
}
