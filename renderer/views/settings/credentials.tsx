import { Button } from '@mantine/core';
import { IconEye, IconEyeOff } from '@tabler/icons-react';
import { useCallback, useState, type ReactNode } from 'react';
import type { Client } from '../../connect.ts';
import { useBench } from '../../state/bench.store.ts';
import { useVehicles } from '../../state/vehicles.store.ts';
import { Copy } from '../../ui/copy.tsx';
import { Refusal } from '../../ui/refusal.tsx';
import { useCommand } from '../../ui/use-command.ts';
import { pahoSnippet } from './paho-snippet.ts';
import { Section } from './section.tsx';

type Credential = { user: string; password: string };

/** For an outside script: users and passwords of this session, and ten lines that use them. */
export function Credentials(): ReactNode {
  const [shown, setShown] = useState<readonly Credential[] | null>(null);
  const { state, run, dismiss } = useCommand(
    useCallback(async (client: Client) => {
      setShown(await client.settings.credentials());
    }, []),
  );
  return (
    <Section
      title="Credentials"
      says="For your own scripts on the plain listener. Made anew each time the broker starts; never on disk."
    >
      <div>
        <Button
          variant="default"
          data-testid="credentials-reveal"
          leftSection={
            shown ? <IconEyeOff size={15} aria-hidden /> : <IconEye size={15} aria-hidden />
          }
          loading={state.kind === 'running'}
          onClick={() => {
            if (shown) setShown(null);
            else void run();
          }}
        >
          {shown ? 'Hide' : 'Reveal'}
        </Button>
      </div>
      {state.kind === 'refused' ? <Refusal refusal={state.refusal} onClose={dismiss} /> : null}
      {shown?.length === 0 ? (
        <p className="soft">
          There are none yet: they come with the broker. Start it on the Bench screen.
        </p>
      ) : null}
      {shown !== null && shown.length > 0 ? <Revealed credentials={shown} /> : null}
    </Section>
  );
}

function Revealed(props: { credentials: readonly Credential[] }): ReactNode {
  const bench = useBench((store) => store.bench);
  const vin = useVehicles((store) => store.vehicles?.[0]?.vin) ?? 'VIN1234567890';
  const url = bench?.endpoints.find((endpoint) => endpoint.url.startsWith('mqtt://'))?.url;
  const user = props.credentials.find((entry) => entry.user === 'backend') ?? props.credentials[0];
  const snippet =
    bench && url && user
      ? pahoSnippet({ url, root: bench.settings.topicRoot, vin, ...user })
      : null;
  return (
    <>
      <table className="credentials">
        <thead>
          <tr>
            <th scope="col">User</th>
            <th scope="col">Password</th>
            <th>
              <span className="visually-hidden">Copy</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {props.credentials.map((entry) => (
            <tr key={entry.user}>
              <td className="mono">{entry.user}</td>
              <td className="mono">{entry.password}</td>
              <td>
                <Copy text={entry.password} what={`password of ${entry.user}`} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {snippet === null ? null : (
        <div className="snippet">
          <div className="row">
            <strong>Python, paho-mqtt</strong>
            <span className="faint">offers a release without a signature</span>
            <span className="spring" />
            <Copy text={snippet} what="script" />
          </div>
          <pre className="code" tabIndex={0}>
            {snippet}
          </pre>
        </div>
      )}
    </>
  );
}
