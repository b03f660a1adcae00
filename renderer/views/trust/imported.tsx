import { Button } from '@mantine/core';
import { IconArrowRight } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Client } from '../../connect.ts';
import { t } from '../../i18n/index.ts';
import { putAcl } from '../../state/acl.store.ts';
import { useBench } from '../../state/bench.store.ts';
import { showScreen } from '../../state/screen.store.ts';
import { draftSettings } from '../../state/settings-draft.store.ts';
import { takeOver } from '../../state/take-over.ts';
import { Tag } from '../../ui/tag.tsx';
import { guessOwn } from './guess.ts';
import { severityWords } from './words.ts';
import { told } from '../../ui/told/told.ts';

export type MosquittoImport = Awaited<ReturnType<Client['mosquitto']['import']>>;

const kinds = { tcp: 'MQTT', tls: 'MQTT, TLS', ws: 'WebSocket', wss: 'WebSocket, TLS' } as const;

export function Imported(props: { result: MosquittoImport }): ReactNode {
  const { listeners, unsupported, acl } = props.result;
  const settings = useBench((store) => store.bench?.settings);
  return (
    <>
      <table className="dense boxed-table" data-testid="imported-listeners">
        <caption>{t('trust:imported.listeners')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('trust:imported.line')}</th>
            <th scope="col">{t('trust:imported.kind')}</th>
            <th scope="col">{t('trust:imported.address')}</th>
            <th scope="col">{t('trust:imported.asks')}</th>
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
              <td className="wraps">{told(listener.detail)}</td>
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
            draftSettings({ listeners: takeOver(settings.listeners, listeners) });
            showScreen('settings');
          }}
        >
          {t('trust:imported.use')}
        </Button>
        <span className="soft">{t('trust:imported.useSays')}</span>
      </div>
      {unsupported.length === 0 ? (
        <p className="soft">{t('trust:imported.all')}</p>
      ) : (
        <table className="dense boxed-table" data-testid="imported-unsupported">
          <caption>{t('trust:imported.unsupported')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('trust:imported.line')}</th>
              <th scope="col">{t('trust:imported.option')}</th>
              <th scope="col">{t('trust:imported.means')}</th>
              <th scope="col">{t('trust:imported.weight')}</th>
            </tr>
          </thead>
          <tbody>
            {unsupported.map((option) => (
              <tr key={`${option.line.toString()} ${option.option} ${told(option.meaning)}`}>
                <td className="number">{option.line}</td>
                <td className="mono">{option.option}</td>
                <td className="wraps">{told(option.meaning)}</td>
                <td>
                  <Tag tone={severityWords(option.severity).tone} plain>
                    {severityWords(option.severity).word}
                  </Tag>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {acl === null ? (
        <p className="soft">{t('trust:imported.noRules')}</p>
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
            {t('trust:imported.useRules')}
          </Button>
          <span className="soft">{t('trust:imported.useRulesSays')}</span>
        </div>
      )}
    </>
  );
}
