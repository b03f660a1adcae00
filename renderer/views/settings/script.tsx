import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useCallback, type ReactNode } from 'react';
import type { BenchView, SavedFile } from '#core/contract';
import type { Client } from '../../connect.ts';
import { t } from '../../i18n/index.ts';
import { useBench } from '../../state/bench.store.ts';
import { saveFile } from '../../state/files.ts';
import { useVehicles } from '../../state/vehicles.store.ts';
import { Copy } from '../../ui/copy.tsx';
import { Refusal } from '../../ui/refusal.tsx';
import { useCommand } from '../../ui/use-command.ts';
import { pahoSnippet, type PahoLogin } from './paho-snippet.ts';
import { fetchIdentity, identityFiles } from './identity-files.ts';

export type Credential = { user: string; password: string };

const IDENTITY = 'backend';

/** Ten lines that work with the bench as it is set now. */
export function Script(props: { credentials: readonly Credential[] }): ReactNode {
  const bench = useBench((store) => store.bench);
  const vin = useVehicles((store) => store.vehicles?.[0]?.vin) ?? 'VIN1234567890';
  if (bench === null) return null;
  const way = wayOf(bench, props.credentials);
  if (way === null) {
    return <p className="soft">{t('settings:script.start')}</p>;
  }
  const { login, url } = way;
  const snippet = pahoSnippet({ url, root: bench.settings.topicRoot, vin, login });
  return (
    <div className="snippet">
      <div className="row">
        <strong>{t('settings:script.title')}</strong>
        <span className="faint">{t('settings:script.says')}</span>
        <span className="spring" />
        <Copy text={snippet} what={t('settings:script.what')} />
      </div>
      <pre className="code" tabIndex={0} data-testid="paho-snippet">
        {snippet}
      </pre>
      {login.kind === 'certificate' ? <Files /> : null}
    </div>
  );
}

/** Plain MQTT where it is switched on, as the shortest; else TLS with a certificate. */
function wayOf(
  bench: BenchView,
  credentials: readonly Credential[],
): { url: string; login: PahoLogin } | null {
  const urls = bench.endpoints.filter(({ role }) => role === 'broker').map(({ url }) => url);
  const plain = urls.find((url) => url.startsWith('mqtt://'));
  const user = credentials.find((entry) => entry.user === IDENTITY) ?? credentials[0];
  if (plain !== undefined && user) return { url: plain, login: { kind: 'password', ...user } };
  const secure = urls.find((url) => url.startsWith('mqtts://'));
  return secure === undefined
    ? null
    : { url: secure, login: { kind: 'certificate', ...identityFiles(IDENTITY) } };
}

/** The three files that the script names. */
function Files(): ReactNode {
  const { state, run, dismiss } = useCommand(
    useCallback(async (client: Client) => {
      const files: SavedFile[] = await fetchIdentity(client, IDENTITY);
      for (const file of files) saveFile(file);
    }, []),
  );
  const names = Object.values(identityFiles(IDENTITY)).join(', ');
  return (
    <>
      <div className="row">
        <Button
          variant="default"
          leftSection={<IconDownload size={15} aria-hidden />}
          data-testid="identity-files"
          loading={state.kind === 'running'}
          onClick={() => {
            void run();
          }}
        >
          {t('settings:script.files')}
        </Button>
        <span className="soft">{t('settings:script.filesSays', { names })}</span>
      </div>
      {state.kind === 'refused' ? <Refusal refusal={state.refusal} onClose={dismiss} /> : null}
    </>
  );
}
