import { IconKey } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { CertificateView } from '#core/contract';
import { t } from '../../i18n/index.ts';
import { inDays } from '../../state/calendar.ts';
import { selectCertificate } from '../../state/trust-dialog.store.ts';
import { Tag } from '../../ui/tag.tsx';
import { certificateWords, kindWords } from './words.ts';

/** Every certificate the bench knows; the name of each opens its details. */
export function CertificateTable(props: {
  certificates: readonly CertificateView[];
  now: number;
  selected: string | undefined;
}): ReactNode {
  return (
    <section className="panel table-panel" aria-label={t('trust:part.certificates')}>
      <table className="dense">
        <thead>
          <tr>
            <th scope="col">{t('trust:list.name')}</th>
            <th scope="col">{t('trust:list.kind')}</th>
            <th scope="col">{t('trust:list.usedBy')}</th>
            <th scope="col">{t('trust:list.key')}</th>
            <th scope="col">{t('trust:list.ends')}</th>
            <th scope="col">{t('trust:list.state')}</th>
          </tr>
        </thead>
        <tbody>
          {props.certificates.map((certificate) => (
            <Row
              key={certificate.fingerprint}
              certificate={certificate}
              now={props.now}
              selected={certificate.fingerprint === props.selected}
            />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Row(props: { certificate: CertificateView; now: number; selected: boolean }): ReactNode {
  const { certificate } = props;
  const { word, tone } = certificateWords(certificate.state);
  const choose = (): void => {
    selectCertificate(certificate.fingerprint);
  };
  return (
    <tr
      data-selected={props.selected}
      data-testid="certificate-row"
      data-cn={certificate.cn}
      data-state={certificate.state}
      onClick={choose}
    >
      <th scope="row">
        <button
          type="button"
          className="cell-button"
          aria-pressed={props.selected}
          onClick={choose}
        >
          <span className="clip">{certificate.cn}</span>
        </button>
      </th>
      <td>{kindWords(certificate.kind)}</td>
      <td className="clip" title={certificate.usedBy.join(', ')}>
        {certificate.usedBy.length === 0 ? (
          <span className="faint">
            {certificate.kind === 'ca' ? t('trust:list.signsOthers') : t('trust:list.nothing')}
          </span>
        ) : (
          certificate.usedBy.join(', ')
        )}
      </td>
      <td>
        <span className="row key-cell">
          {certificate.keyType}
          {certificate.hasKey ? <IconKey size={13} aria-label={t('trust:list.withKey')} /> : null}
        </span>
      </td>
      <td className="number">{inDays(certificate.notAfter, props.now)}</td>
      <td>
        <Tag tone={tone} plain>
          {word}
        </Tag>
      </td>
    </tr>
  );
}
