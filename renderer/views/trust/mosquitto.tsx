import { Button, NumberInput } from '@mantine/core';
import { IconDownload, IconFileSearch } from '@tabler/icons-react';
import { useCallback, useState, type ReactNode } from 'react';
import type { Client } from '../../connect.ts';
import { t } from '../../i18n/index.ts';
import { readText, saveFile } from '../../state/files.ts';
import { FileField } from '../../ui/file-field.tsx';
import { Refusal } from '../../ui/refusal.tsx';
import { useCommand } from '../../ui/use-command.ts';
import { Imported, type MosquittoImport } from './imported.tsx';
import { useWorkspace } from '../../state/bench.store.ts';
import { cli } from '../../state/cli-commands.ts';
import { CopyCommand } from '../../ui/copy-command.tsx';

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

const inside = [
  { id: 'conf', name: 'mosquitto.conf' },
  { id: 'acl', name: 'acl.conf' },
  { id: 'certs', name: 'certs/' },
  { id: 'passwd', name: 'passwd' },
  { id: 'readme', name: 'README.txt' },
] as const;
const START = 'mosquitto -c mosquitto.conf';
const CONF = 'mosquitto.conf';

function ExportFolder(): ReactNode {
  const [port, setPort] = useState(8_883);
  const workspace = useWorkspace();
  const { state, run, dismiss } = useCommand(
    useCallback(async (client: Client, wanted: number) => {
      saveFile(await client.mosquitto.export({ port: wanted }));
    }, []),
  );
  return (
    <section className="panel" aria-label={t('trust:mosquitto.to')}>
      <div className="panel-head">
        <h2>{t('trust:mosquitto.to')}</h2>
        <span className="soft clip">{t('trust:mosquitto.toSays')}</span>
      </div>
      <div className="panel-body fields">
        <dl className="facts">
          {inside.map(({ id, name }) => (
            <div key={name} className="facts-row">
              <dt className="mono">{name}</dt>
              <dd>{t(`trust:inside.${id}`)}</dd>
            </div>
          ))}
        </dl>
        <div className="row mosquitto-port">
          <NumberInput
            label={t('trust:mosquitto.port')}
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
            {t('trust:mosquitto.download')}
          </Button>
          <CopyCommand command={cli.mosquitto(workspace, port)} />
        </div>
        {state.kind === 'refused' ? <Refusal refusal={state.refusal} onClose={dismiss} /> : null}
        <p className="soft">{t('trust:mosquitto.unpack')}</p>
        <pre className="code boxed" tabIndex={0}>
          {START}
        </pre>
        <p className="soft">{t('trust:mosquitto.use')}</p>
      </div>
    </section>
  );
}

function ImportFiles(): ReactNode {
  const [conf, setConf] = useState<readonly File[]>([]);
  const [acl, setAcl] = useState<readonly File[]>([]);
  const [read, setRead] = useState<{ of: File; acl: File | undefined; result: MosquittoImport }>();
  const { state, run, dismiss } = useCommand(
    useCallback(async (client: Client, confFile: File, aclFile: File | undefined) => {
      const text = aclFile === undefined ? {} : { acl: await readText(aclFile) };
      const result = await client.mosquitto.import({ conf: await readText(confFile), ...text });
      setRead({ of: confFile, acl: aclFile, result });
    }, []),
    'look',
  );
  const [chosen] = conf;
  const workspace = useWorkspace();
  return (
    <section className="panel" aria-label={t('trust:mosquitto.from')}>
      <div className="panel-head">
        <h2>{t('trust:mosquitto.from')}</h2>
        <span className="soft clip">{t('trust:mosquitto.fromSays')}</span>
      </div>
      <div className="panel-body fields">
        <FileField
          label={CONF}
          hint={t('trust:mosquitto.confHint')}
          files={conf}
          onFiles={setConf}
          testId="mosquitto-conf"
        />
        <FileField
          label={t('trust:mosquitto.acl')}
          hint={t('trust:mosquitto.aclHint')}
          files={acl}
          onFiles={setAcl}
          testId="mosquitto-acl"
        />
        <div className="row">
          <Button
            leftSection={<IconFileSearch {...ICON} />}
            data-testid="mosquitto-import"
            disabled={chosen === undefined}
            loading={state.kind === 'running'}
            onClick={() => {
              if (chosen) void run(chosen, acl[0]);
            }}
          >
            {t('trust:mosquitto.read')}
          </Button>
          <CopyCommand
            command={cli.importMosquitto(workspace, chosen?.name ?? CONF, acl[0]?.name)}
          />
        </div>
        {state.kind === 'refused' ? <Refusal refusal={state.refusal} onClose={dismiss} /> : null}
        {/* Of these very files: others may have been chosen while it was on its way. */}
        {read?.of === chosen && read?.acl === acl[0] && read !== undefined ? (
          <Imported result={read.result} />
        ) : null}
      </div>
    </section>
  );
}
