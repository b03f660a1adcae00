import { Autocomplete, Button, TagsInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { aclText, recast, useAcl } from '../../state/acl.store.ts';
import { usersOf } from '../../state/cast.ts';

/** Who plays whom in somebody else's rules; nothing while the names are the bench's own. */
export function CastFields(): ReactNode {
  const cast = useAcl((store) => store.cast);
  const text = useAcl(aclText);
  if (cast === null) return null;
  const users = usersOf(text);
  return (
    <div className="cast" role="group" aria-label="Who plays whom in these rules">
      <Autocomplete
        size="xs"
        label="Backend"
        data={users}
        maxLength={64}
        value={cast.backend}
        onChange={(backend) => {
          recast({ ...cast, backend });
        }}
      />
      <Autocomplete
        size="xs"
        label="Gatekeeper"
        data={users}
        maxLength={64}
        value={cast.gatekeeper}
        onChange={(gatekeeper) => {
          recast({ ...cast, gatekeeper });
        }}
      />
      <TagsInput
        size="xs"
        label="Vehicles"
        data={users}
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
        Use the bench's names
      </Button>
    </div>
  );
}
