import { Autocomplete, Button, TagsInput } from '@mantine/core';
import { memo, type ReactNode } from 'react';
import { useShallow } from 'zustand/react/shallow';
import { t } from '../../i18n/index.ts';
import { aclText, recast, useAcl } from '../../state/acl.store.ts';
import { usersOf, type Cast } from '../../state/cast.ts';

const NOBODY: string[] = [];
/** As many names as a person looks through; typing narrows them. */
const SHOWN = 50;

/** Who plays whom in somebody else's rules; nothing while the names are the bench's own. */
export function CastFields(): ReactNode {
  const cast = useAcl((store) => store.cast);
  const users = useAcl(
    useShallow((store) => (store.cast === null ? NOBODY : usersOf(aclText(store)))),
  );
  return cast === null ? null : <Fields cast={cast} users={users} />;
}

/** Drawn again when a name changes, not with every letter of a rule: there may be thousands. */
const Fields = memo(function Fields(props: { cast: Cast; users: string[] }): ReactNode {
  const { cast, users } = props;
  return (
    <div className="cast" role="group" aria-label={t('trust:cast.label')}>
      <Autocomplete
        size="xs"
        label={t('trust:cast.backend')}
        data={users}
        limit={SHOWN}
        maxLength={64}
        value={cast.backend}
        onChange={(backend) => {
          recast({ ...cast, backend });
        }}
      />
      <Autocomplete
        size="xs"
        label={t('trust:cast.gatekeeper')}
        data={users}
        limit={SHOWN}
        maxLength={64}
        value={cast.gatekeeper}
        onChange={(gatekeeper) => {
          recast({ ...cast, gatekeeper });
        }}
      />
      <TagsInput
        size="xs"
        label={t('trust:cast.vehicles')}
        classNames={{ input: 'cast-vehicles' }}
        data={users}
        limit={SHOWN}
        maxTags={64}
        value={cast.vehicles}
        onChange={(vehicles) => {
          recast({ ...cast, vehicles });
        }}
      />
      <Button
        variant="default"
        onClick={() => {
          recast(null);
        }}
      >
        {t('trust:cast.own')}
      </Button>
    </div>
  );
});
