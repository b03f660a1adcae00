import { Button, Menu } from '@mantine/core';
import {
  IconCertificate,
  IconChevronDown,
  IconFileImport,
  IconFileZip,
  IconPlus,
  IconSignature,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { CertificateView, TrustView } from '#core/contract';
import { t } from '../../i18n/index.ts';
import { inOrder } from '../../state/calendar.ts';
import { openDialog, useTrustDialog } from '../../state/trust-dialog.store.ts';
import { Empty } from '../../ui/empty.tsx';
import { Warning } from '../../ui/warning.tsx';
import { CalendarStrip } from './calendar-strip.tsx';
import { CertificateDetails } from './certificate-details.tsx';
import { CertificateTable } from './certificate-table.tsx';
import { SharedSecret, SigningKeys } from './keys.tsx';
import { useNow } from './use-now.ts';

const ICON = { size: 15, 'aria-hidden': true } as const;

export function Certificates(props: { trust: TrustView | null }): ReactNode {
  const now = useNow();
  const selected = useTrustDialog((store) => store.selected);
  if (props.trust === null) return <p className="soft loading">{t('trust:list.reading')}</p>;
  const { mode, refusal } = props.trust.vault;
  const certificates = [...props.trust.certificates].sort(inOrder);
  const shown = shownOf(certificates, selected);
  return (
    <div className="trust-part">
      {mode === 'session' && refusal === undefined ? (
        <Warning>{t('trust:list.session')}</Warning>
      ) : null}
      <Actions />
      {certificates.length === 0 ? (
        <Empty
          icon={<IconCertificate size={36} stroke={1.4} />}
          title={t('trust:list.none')}
          action={
            <Button
              onClick={() => {
                openDialog({ kind: 'new-ca' });
              }}
            >
              {t('trust:list.make')}
            </Button>
          }
        >
          {t('trust:list.noneSays')}
        </Empty>
      ) : (
        <>
          <CalendarStrip certificates={certificates} now={now} selected={shown?.fingerprint} />
          <div className="certificates">
            <div>
              <CertificateTable
                certificates={certificates}
                now={now}
                selected={shown?.fingerprint}
              />
              <SigningKeys keys={props.trust.keys} />
            </div>
            <div>
              {shown ? (
                <CertificateDetails certificate={shown} all={certificates} now={now} />
              ) : null}
              <SharedSecret />
            </div>
          </div>
        </>
      )}
    </div>
  );
}

/** The one asked for; else one that is used, so that the panel is never empty. */
function shownOf(
  certificates: readonly CertificateView[],
  selected: string | null,
): CertificateView | undefined {
  return (
    certificates.find(({ fingerprint }) => fingerprint === selected) ??
    certificates.find(({ kind, usedBy }) => kind === 'server' && usedBy.length > 0) ??
    certificates[0]
  );
}

function Actions(): ReactNode {
  return (
    <div className="row trust-actions">
      <Button
        leftSection={<IconPlus {...ICON} />}
        data-testid="trust-issue"
        onClick={() => {
          openDialog({ kind: 'issue' });
        }}
      >
        {t('trust:list.issue')}
      </Button>
      <Button
        variant="default"
        leftSection={<IconSignature {...ICON} />}
        data-testid="trust-sign"
        onClick={() => {
          openDialog({ kind: 'sign' });
        }}
      >
        {t('trust:list.sign')}
      </Button>
      <Button
        variant="default"
        leftSection={<IconFileImport {...ICON} />}
        data-testid="trust-import"
        onClick={() => {
          openDialog({ kind: 'import' });
        }}
      >
        {t('trust:list.import')}
      </Button>
      <Button
        variant="default"
        leftSection={<IconFileZip {...ICON} />}
        data-testid="trust-dcu"
        onClick={() => {
          openDialog({ kind: 'dcu', vin: null });
        }}
      >
        {t('trust:list.dcu')}
      </Button>
      <span className="spring" />
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="default" rightSection={<IconChevronDown {...ICON} />}>
            {t('trust:list.ca')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            color="red"
            data-testid="trust-new-ca"
            onClick={() => {
              openDialog({ kind: 'new-ca' });
            }}
          >
            {t('trust:list.newCa')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}
