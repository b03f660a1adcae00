import { Button } from '@mantine/core';
import { IconArrowRight } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Client } from '../../connect.ts';
import { putAcl } from '../../state/acl.store.ts';
import { useBench } from '../../state/bench.store.ts';
import { showScreen } from '../../state/screen.store.ts';
import { draftSettings } from '../../state/settings-draft.store.ts';
import { takeOver } from '../../state/take-over.ts';
import { Tag } from '../../ui/tag.tsx';
import { guessOwn } from './guess.ts';
import { severityWords } from './words.ts';

export type MosquittoImport = Awaited<ReturnType<Client['mosquitto']['import']>>;

const kinds = { tcp: 'MQTT', tls: 'MQTT, TLS', ws: 'WebSocket', wss: 'WebSocket, TLS' } as const;

export function Imported(props: { result: MosquittoImport }): ReactNode {
  const { listeners, unsupported, acl } = props.result;
  const settings = useBench((store) => store.bench?.settings);
  return (
    <>
      <table className="dense boxed-table" data-testid="imported-listeners">
        <caption>Listeners</caption>
        <thead>
          <tr>
            <th scope="col">Line</th>
            <th scope="col">Kind</th>
            <th scope="col">Address</th>
            <th scope="col">What it asks for</th>
          </tr>
        </thead>
        <tbody>
          {listeners.map((listener) => (
            <tr key={`${listener.line.toString()} ${listener.port.toString()}`}>
              <td className="number">{listener.line}</td>
              <td>{kinds[listener.kind]}</td>
              <td className="mono">
                {listener.host}:{listener.port}
              </td>
              <td className="wraps">{listener.detail}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <div className="row">
        <Button
          rightSection={<IconArrowRight size={15} aria-hidden />}
          data-testid="mosquitto-use-listeners"
          disabled={settings === undefined || listeners.length === 0}
          onClick={() => {
            if (settings === undefined) return;
            draftSettings({ ...settings, listeners: takeOver(settings.listeners, listeners) });
            showScreen('settings');
          }}
        >
          Use these listeners
        </Button>
        <span className="soft">Fills in Settings; nothing changes until you save there.</span>
      </div>
      {unsupported.length === 0 ? (
        <p className="soft">Every option in it has a counterpart here.</p>
      ) : (
        <table className="dense boxed-table" data-testid="imported-unsupported">
          <caption>Not supported here</caption>
          <thead>
            <tr>
              <th scope="col">Line</th>
              <th scope="col">Option</th>
              <th scope="col">What that means</th>
              <th scope="col">Weight</th>
            </tr>
          </thead>
          <tbody>
            {unsupported.map((option) => (
              <tr key={`${option.line.toString()} ${option.option} ${option.meaning}`}>
                <td className="number">{option.line}</td>
                <td className="mono">{option.option}</td>
                <td className="wraps">{option.meaning}</td>
                <td>
                  <Tag tone={severityWords[option.severity].tone} plain>
                    {severityWords[option.severity].word}
                  </Tag>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {acl === null ? (
        <p className="soft">
          No access rules came with it. Choose the file that its acl_file names to read them too.
        </p>
      ) : (
        <div className="row">
          <Button
            rightSection={<IconArrowRight size={15} aria-hidden />}
            data-testid="mosquitto-use-acl"
            onClick={() => {
              putAcl(acl, guessOwn(acl));
              showScreen('trust', 'acl');
            }}
          >
            Use these rules
          </Button>
          <span className="soft">Puts them into the editor; the doctor looks at them there.</span>
        </div>
      )}
    </>
  );
}
