import { Button, Menu } from '@mantine/core';
import { IconChevronDown, IconDownload, IconRefresh, IconShieldCheck } from '@tabler/icons-react';
import { useCallback, useEffect, type ReactNode } from 'react';
import type { Finding, Severity } from '#core/contract';
import type { Client } from '../../connect.ts';
import { t, textOrNull } from '../../i18n/index.ts';
import { runAudit, useAudit } from '../../state/audit.store.ts';
import { useWorkspace } from '../../state/bench.store.ts';
import { cli } from '../../state/cli-commands.ts';
import { onClient } from '../../state/connection.store.ts';
import { saveFile } from '../../state/files.ts';
import { CopyCommand } from '../../ui/copy-command.tsx';
import { Empty } from '../../ui/empty.tsx';
import { clockTime } from '../../ui/format.ts';
import { asSentence } from '../../ui/told/told.ts';
import { Refusal } from '../../ui/refusal.tsx';
import { Tag } from '../../ui/tag.tsx';
import { useCommand } from '../../ui/use-command.ts';
import { severityWords } from './words.ts';

const ICON = { size: 15, 'aria-hidden': true } as const;
const severities: readonly Severity[] = ['high', 'medium', 'low', 'info'];

/** Runs when it is opened, and again when it is told to. */
export function Audit(): ReactNode {
  const workspace = useWorkspace();
  const audit = useAudit();
  const again = useCommand(runAudit, 'look');
  const save = useCommand(
    useCallback(async (client: Client, form: 'json' | 'sarif') => {
      saveFile(await client.audit.export({ form }));
    }, []),
  );
  const { run } = again;
  useEffect(
    () =>
      onClient((client) => {
        if (client !== null) void run();
      }),
    [run],
  );
  const { findings, ranAt } = audit;
  return (
    <div className="trust-part">
      <div className="row trust-actions">
        <Button
          leftSection={<IconRefresh {...ICON} />}
          loading={again.state.kind === 'running'}
          data-testid="audit-run"
          onClick={() => {
            void run();
          }}
        >
          {t('trust:audit.again')}
        </Button>
        <CopyCommand command={cli.audit(workspace)} />
        <Menu position="bottom-start">
          <Menu.Target>
            <Button
              variant="default"
              leftSection={<IconDownload {...ICON} />}
              rightSection={<IconChevronDown {...ICON} />}
              loading={save.state.kind === 'running'}
            >
              {t('trust:audit.export')}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => void save.run('sarif')}>{t('trust:audit.sarif')}</Menu.Item>
            <Menu.Item onClick={() => void save.run('json')}>{t('trust:audit.json')}</Menu.Item>
          </Menu.Dropdown>
        </Menu>
        <span className="spring" />
        {findings === null ? null : <Counts findings={findings} />}
        {ranAt === null ? null : (
          <span className="faint">
            {t('trust:audit.at', { time: clockTime(ranAt).slice(0, 8) })}
          </span>
        )}
      </div>
      {[again, save].map((command, index) =>
        command.state.kind === 'refused' ? (
          <Refusal key={index} refusal={command.state.refusal} onClose={command.dismiss} />
        ) : null,
      )}
      {findings === null ? (
        again.state.kind === 'running' ? (
          <p className="soft loading">{t('trust:audit.looking')}</p>
        ) : null
      ) : findings.length === 0 ? (
        <Empty icon={<IconShieldCheck size={36} stroke={1.4} />} title={t('trust:audit.none')}>
          {t('trust:audit.checked')}
        </Empty>
      ) : (
        <>
          {severities.map((severity) => (
            <Group
              key={severity}
              severity={severity}
              findings={findings.filter((finding) => finding.severity === severity)}
            />
          ))}
          {/* So that what is not listed is known to have been looked at. */}
          <p className="soft">{t('trust:audit.checked')}</p>
        </>
      )}
    </div>
  );
}

function Counts(props: { findings: readonly Finding[] }): ReactNode {
  return (
    <span className="row">
      {severities.map((severity) => {
        const count = props.findings.filter((finding) => finding.severity === severity).length;
        if (count === 0) return null;
        return (
          <Tag key={severity} tone={severityWords(severity).tone}>
            {t('trust:audit.counted', {
              number: count,
              severity: severityWords(severity).word.toLowerCase(),
            })}
          </Tag>
        );
      })}
    </span>
  );
}

function Group(props: { severity: Severity; findings: readonly Finding[] }): ReactNode {
  const { word, tone } = severityWords(props.severity);
  if (props.findings.length === 0) return null;
  return (
    <section
      className="panel findings"
      aria-label={t('trust:audit.severity', { severity: word.toLowerCase() })}
    >
      <div className="panel-head">
        <h2>
          <Tag tone={tone}>{word}</Tag>
        </h2>
      </div>
      <ul>
        {props.findings.map((finding, index) => (
          <li
            key={`${finding.code} ${index.toString()}`}
            data-testid="finding"
            data-code={finding.code}
          >
            <div>
              <h3>{textOrNull(`trust:finding.${finding.code}`) ?? finding.title}</h3>
              <span className="mono faint">{finding.code}</span>
            </div>
            <dl className="facts">
              <dt>{t('trust:audit.seen')}</dt>
              <dd>{asSentence(finding.evidence)}</dd>
              <dt>{t('trust:audit.repair')}</dt>
              <dd>{asSentence(finding.repair)}</dd>
            </dl>
          </li>
        ))}
      </ul>
    </section>
  );
}
