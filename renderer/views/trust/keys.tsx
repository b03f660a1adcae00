import { Button } from '@mantine/core';
import { IconEye, IconEyeOff, IconRefresh } from '@tabler/icons-react';
import { useCallback, useState, type ReactNode } from 'react';
import type { KeyView } from '#core/contract';
import type { Client } from '../../connect.ts';
import { openDialog } from '../../state/trust-dialog.store.ts';
import { Copy } from '../../ui/copy.tsx';
import { Refusal } from '../../ui/refusal.tsx';
import { Tag } from '../../ui/tag.tsx';
import { useCommand } from '../../ui/use-command.ts';
import { Warning } from '../../ui/warning.tsx';

const ICON = { size: 15, 'aria-hidden': true } as const;

/** What messages and releases are signed with. */
export function SigningKeys(props: { keys: readonly KeyView[] }): ReactNode {
  return (
    <section className="panel table-panel" aria-label="Signing keys">
      <div className="panel-head">
        <h2>Signing keys</h2>
        <span className="soft clip">They sign releases and messages; TLS has keys of its own.</span>
      </div>
      {props.keys.length === 0 ? (
        <p className="panel-body soft">
          None yet. They are made when the backend or a vehicle starts.
        </p>
      ) : (
        <table className="dense">
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Algorithm</th>
              <th scope="col">Signs</th>
              <th scope="col">Key id</th>
              <th scope="col">Here</th>
            </tr>
          </thead>
          <tbody>
            {props.keys.map((key) => (
              <tr key={`${key.kid} ${key.name}`}>
                <th scope="row" className="clip">
                  {key.name}
                </th>
                <td>{key.alg}</td>
                <td className="clip" title={key.uses.join(', ')}>
                  {key.uses.join(', ')}
                </td>
                <td>
                  <span className="row">
                    <span className="mono clip" title={key.kid}>
                      {key.kid.slice(0, 9)}…
                    </span>
                    <Copy text={key.kid} what={`key id of ${key.name}`} />
                  </span>
                </td>
                <td>
                  <Tag tone={key.own ? 'ok' : 'quiet'} plain>
                    {key.own ? 'signs' : 'only verifies'}
                  </Tag>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

/** The one secret that scripts may share [S3]. */
export function SharedSecret(): ReactNode {
  const [hex, setHex] = useState<string | null>(null);
  const { state, run, dismiss } = useCommand(
    useCallback(async (client: Client) => {
      setHex((await client.secret.reveal()).hex);
    }, []),
  );
  return (
    <section className="panel secret" aria-label="Shared secret">
      <div className="panel-head">
        <h2>Shared secret</h2>
        <span className="soft">HS256 and hmac</span>
      </div>
      <div className="panel-body fields">
        <Warning>
          Whoever holds it can forge every message. Give it to a script on a test bench only, and
          prefer EdDSA for everything else.
        </Warning>
        {hex === null ? null : (
          <div className="row secret-shown">
            <code className="mono" data-testid="secret-hex">
              {hex}
            </code>
            <Copy text={hex} what="secret" />
          </div>
        )}
        {state.kind === 'refused' ? <Refusal refusal={state.refusal} onClose={dismiss} /> : null}
        <div className="row">
          <Button
            variant="default"
            data-testid="secret-reveal"
            leftSection={hex === null ? <IconEye {...ICON} /> : <IconEyeOff {...ICON} />}
            loading={state.kind === 'running'}
            onClick={() => {
              if (hex === null) void run();
              else setHex(null);
            }}
          >
            {hex === null ? 'Reveal' : 'Hide'}
          </Button>
          <Button
            variant="default"
            data-testid="secret-replace"
            leftSection={<IconRefresh {...ICON} />}
            onClick={() => {
              // What is shown would be the old one.
              setHex(null);
              openDialog({ kind: 'secret' });
            }}
          >
            Replace
          </Button>
        </div>
      </div>
    </section>
  );
}
