import { Button, NumberInput } from '@mantine/core';
import { IconDownload, IconFileSearch } from '@tabler/icons-react';
import { useCallback, useState, type ReactNode } from 'react';
import type { Client } from '../../connect.ts';
import { readText, saveFile } from '../../state/files.ts';
import { FileField } from '../../ui/file-field.tsx';
import { Refusal } from '../../ui/refusal.tsx';
import { useCommand } from '../../ui/use-command.ts';
import { Imported, type MosquittoImport } from './imported.tsx';

const ICON = { size: 15, 'aria-hidden': true } as const;

/** The way to and from an outside Mosquitto. */
export function Mosquitto(): ReactNode {
  return (
    <div className="trust-part mosquitto">
      <ExportFolder />
      <ImportFiles />
    </div>
  );
}

const inside: readonly { name: string; says: string }[] = [
  { name: 'mosquitto.conf', says: 'every listener that is on under Settings' },
  { name: 'acl.conf', says: 'the saved access rules, as they are' },
  { name: 'certs/', says: 'bench CA, revocation list, server certificate and its key' },
  { name: 'passwd', says: 'users with hashed passwords, where a listener takes them' },
  { name: 'README.txt', says: 'how to start it, and how to try it' },
];

function ExportFolder(): ReactNode {
  const [port, setPort] = useState(8_883);
  const { state, run, dismiss } = useCommand(
    useCallback(async (client: Client, wanted: number) => {
      saveFile(await client.mosquitto.export({ port: wanted }));
    }, []),
  );
  return (
    <section className="panel" aria-label="To Mosquitto">
      <div className="panel-head">
        <h2>To Mosquitto</h2>
        <span className="soft clip">The present set-up as a folder that starts as it is.</span>
      </div>
      <div className="panel-body fields">
        <dl className="facts">
          {inside.map(({ name, says }) => (
            <div key={name} className="facts-row">
              <dt className="mono">{name}</dt>
              <dd>{says}</dd>
            </div>
          ))}
        </dl>
        <div className="row mosquitto-port">
          <NumberInput
            label="Port for MQTT over TLS"
            min={1}
            max={65_535}
            allowDecimal={false}
            value={port}
            onChange={(value) => {
              if (typeof value === 'number') setPort(value);
            }}
          />
          <Button
            leftSection={<IconDownload {...ICON} />}
            data-testid="mosquitto-export"
            loading={state.kind === 'running'}
            onClick={() => {
              void run(port);
            }}
          >
            Download the zip
          </Button>
        </div>
        {state.kind === 'refused' ? <Refusal refusal={state.refusal} onClose={dismiss} /> : null}
        <p className="soft">Unpack it, then start Mosquitto 2.0 inside the folder:</p>
        <pre className="code boxed" tabIndex={0}>
          mosquitto -c mosquitto.conf
        </pre>
        <p className="soft">
          To use it from here, enter its address under Settings, as an outside broker. The bench's
          own certificates are good there too.
        </p>
      </div>
    </section>
  );
}

function ImportFiles(): ReactNode {
  const [conf, setConf] = useState<readonly File[]>([]);
  const [acl, setAcl] = useState<readonly File[]>([]);
  const [result, setResult] = useState<MosquittoImport | null>(null);
  const { state, run, dismiss } = useCommand(
    useCallback(async (client: Client, confFile: File, aclFile: File | undefined) => {
      const text = aclFile === undefined ? {} : { acl: await readText(aclFile) };
      setResult(await client.mosquitto.import({ conf: await readText(confFile), ...text }));
    }, []),
  );
  const [chosen] = conf;
  return (
    <section className="panel" aria-label="From Mosquitto">
      <div className="panel-head">
        <h2>From Mosquitto</h2>
        <span className="soft clip">Read only: nothing changes until you save it.</span>
      </div>
      <div className="panel-body fields">
        <FileField
          label="mosquitto.conf"
          hint="Its listeners and options."
          files={conf}
          onFiles={(files) => {
            setConf(files);
            setResult(null);
          }}
          testId="mosquitto-conf"
        />
        <FileField
          label="Access rules (acl_file)"
          hint="Where there are any: acl.conf or what acl_file names."
          files={acl}
          onFiles={(files) => {
            setAcl(files);
            setResult(null);
          }}
          testId="mosquitto-acl"
        />
        <div>
          <Button
            leftSection={<IconFileSearch {...ICON} />}
            data-testid="mosquitto-import"
            disabled={chosen === undefined}
            loading={state.kind === 'running'}
            onClick={() => {
              if (chosen) void run(chosen, acl[0]);
            }}
          >
            Read
          </Button>
        </div>
        {state.kind === 'refused' ? <Refusal refusal={state.refusal} onClose={dismiss} /> : null}
        {result === null ? null : <Imported result={result} />}
      </div>
    </section>
  );
}
