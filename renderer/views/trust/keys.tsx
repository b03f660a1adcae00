import { Button } from '@mantine/core';
import { IconEye, IconEyeOff, IconRefresh } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import type { KeyView } from '#core/contract';
import type { Client } from '../../connect.ts';
import { t } from '../../i18n/index.ts';
import { openDialog } from '../../state/trust-dialog.store.ts';
import { Copy } from '../../ui/copy.tsx';
import { count } from '../../ui/format.ts';
import { Refusal } from '../../ui/refusal.tsx';
import { Tag } from '../../ui/tag.tsx';
import { useRevealed } from '../../ui/use-revealed.ts';
import { Warning } from '../../ui/warning.tsx';

const ICON = { size: 15, 'aria-hidden': true } as const;

const FIRST_KEYS = 30;

/** What messages and releases are signed with. */
export function SigningKeys(props: { keys: readonly KeyView[] }): ReactNode {
  const [isWhole, setWhole] = useState(false);
  // Own ones first: of a fleet's thousand keys nobody reads the list.
  const keys = props.keys.toSorted((a, b) => Number(b.own) - Number(a.own));
  const shown = isWhole ? keys : keys.slice(0, FIRST_KEYS);
  return (
    <section className="panel table-panel" aria-label={t('trust:keys.title')}>
      <div className="panel-head">
        <h2>{t('trust:keys.title')}</h2>
        <span className="soft clip">{t('trust:keys.says')}</span>
      </div>
      {props.keys.length === 0 ? (
        <p className="panel-body soft">{t('trust:keys.none')}</p>
      ) : (
        <table className="dense">
          <thead>
            <tr>
              <th scope="col">{t('trust:keys.name')}</th>
              <th scope="col">{t('trust:keys.algorithm')}</th>
              <th scope="col">{t('trust:keys.signs')}</th>
              <th scope="col">{t('trust:keys.id')}</th>
              <th scope="col">{t('trust:keys.here')}</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((key) => (
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
                    <Copy text={key.kid} what={t('trust:keys.idOf', { name: key.name })} />
                  </span>
                </td>
                <td>
                  <Tag tone={key.own ? 'ok' : 'quiet'} plain>
                    {key.own ? t('trust:keys.own') : t('trust:keys.verifies')}
                  </Tag>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {shown.length < keys.length ? (
        <Button
          variant="subtle"
          data-testid="keys-all"
          onClick={() => {
            setWhole(true);
          }}
        >
          {t('trust:keys.all', { total: count(keys.length) })}
        </Button>
      ) : null}
    </section>
  );
}

const readSecret = async (client: Client): Promise<string> => (await client.secret.reveal()).hex;

/** The one secret that scripts may share [S3]. */
export function SharedSecret(): ReactNode {
  const { shown: hex, state, dismiss, reveal, hide } = useRevealed(readSecret);
  return (
    <section className="panel secret" aria-label={t('trust:secret.shared')}>
      <div className="panel-head">
        <h2>{t('trust:secret.shared')}</h2>
        <span className="soft">{t('trust:secret.for')}</span>
      </div>
      <div className="panel-body fields">
        <Warning>{t('trust:secret.warning')}</Warning>
        {hex === null ? null : (
          <div className="row secret-shown">
            <code className="mono" data-testid="secret-hex">
              {hex}
            </code>
            <Copy text={hex} what={t('trust:secret.what')} />
          </div>
        )}
        {state.kind === 'refused' ? <Refusal refusal={state.refusal} onClose={dismiss} /> : null}
        <div className="row">
          <Button
            variant="default"
            data-testid="secret-reveal"
            leftSection={hex === null ? <IconEye {...ICON} /> : <IconEyeOff {...ICON} />}
            loading={state.kind === 'running'}
            onClick={hex === null ? reveal : hide}
          >
            {hex === null ? t('trust:secret.reveal') : t('trust:secret.hide')}
          </Button>
          <Button
            variant="default"
            data-testid="secret-replace"
            leftSection={<IconRefresh {...ICON} />}
            onClick={() => {
              // What is shown would be the old one.
              hide();
              openDialog({ kind: 'secret' });
            }}
          >
            {t('trust:secret.replace')}
          </Button>
        </div>
      </div>
    </section>
  );
}
