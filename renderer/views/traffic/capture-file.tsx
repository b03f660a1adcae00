import { Button, FileButton, SegmentedControl } from '@mantine/core';
import { useRef, useState, type ReactNode } from 'react';
import type { TrafficSelection } from '#core/contract';
import type { Client } from '../../connect.ts';
import { t } from '../../i18n/index.ts';
import { useWorkspace } from '../../state/bench.store.ts';
import {
  exportCapture,
  importCapture,
  type CaptureForm,
  type Imported,
  type Progress,
} from '../../state/capture-file.ts';
import { cli } from '../../state/cli-commands.ts';
import { useSelection } from '../../state/traffic.store.ts';
import { CopyCommand } from '../../ui/copy-command.tsx';
import { bytes, count } from '../../ui/format.ts';
import { Refusal } from '../../ui/refusal.tsx';
import { shownLine } from '../../ui/safe-text.ts';
import { useCommand } from '../../ui/use-command.ts';
import { Replay } from './replay.tsx';

/** Names of file formats, which are the same in every language. */
const FORMS: readonly (readonly [CaptureForm, string])[] = [
  ['ndjson', 'NDJSON'],
  ['csv', 'CSV'],
  ['pcapng', 'pcapng'],
];

/** As an export of this window is called. */
const CAPTURE = 'capture.ndjson';

/** The capture as a file, from a file, and sent once more. */
export function CaptureFile(): ReactNode {
  return (
    <section className="two-panels" aria-label={t('traffic:capture.label')}>
      <div className="panel panel-body fields">
        <Export />
        <Import />
      </div>
      <Replay />
    </section>
  );
}

function Working(props: { progress: Progress | null; says: string; stop: () => void }): ReactNode {
  const { progress } = props;
  if (progress === null) return null;
  return (
    <div className="row" role="status">
      <progress
        aria-label={props.says}
        max={1}
        value={progress.total === 0 ? 0 : progress.done / progress.total}
      />
      <span className="soft">{props.says}</span>
      <Button variant="default" size="compact-xs" onClick={props.stop}>
        {t('traffic:capture.cancel')}
      </Button>
    </div>
  );
}

const exportTold = async (
  client: Client,
  form: CaptureForm,
  where: TrafficSelection | undefined,
  onProgress: (progress: Progress) => void,
  signal: AbortSignal,
  show: (result: string) => void,
): Promise<void> => {
  const done = await exportCapture(client, form, where, onProgress, signal);
  const told = { messages: count(done.messages), bytes: bytes(done.bytes) };
  show(
    done.leftOut > 0
      ? t('traffic:capture.exportedSome', { ...told, leftOut: count(done.leftOut) })
      : t('traffic:capture.exported', told),
  );
};

function Export(): ReactNode {
  const [form, setForm] = useState<CaptureForm>('ndjson');
  const [progress, setProgress] = useState<Progress | null>(null);
  const [result, setResult] = useState<string | null>(null);
  const stopping = useRef<AbortController>(null);
  const workspace = useWorkspace();
  const selection = useSelection();
  const where = selection.kind === 'some' ? selection.where : undefined;
  const { state, run, dismiss } = useCommand(exportTold);
  return (
    <>
      <h2>{t('traffic:capture.export')}</h2>
      <p className="soft">
        {t(`traffic:capture.what.${selection.kind}`)} {t('traffic:capture.forms')}
      </p>
      <div className="row">
        <SegmentedControl
          aria-label={t('traffic:capture.form')}
          value={form}
          onChange={setForm}
          data={FORMS.map(([value, label]) => ({ value, label }))}
        />
        <Button
          data-testid="capture-export"
          loading={state.kind === 'running'}
          disabled={selection.kind === 'invalid'}
          onClick={() => {
            const stop = new AbortController();
            stopping.current = stop;
            setResult(null);
            void run(form, where, setProgress, stop.signal, setResult).then(() => {
              setProgress(null);
            });
          }}
        >
          {t('traffic:capture.export')}
        </Button>
        {selection.kind === 'invalid' ? null : (
          <CopyCommand command={cli.exportCapture(workspace, form, where)} />
        )}
      </div>
      <Working
        progress={progress}
        says={t('traffic:capture.exporting')}
        stop={() => stopping.current?.abort()}
      />
      {result === null ? null : <p>{result}</p>}
      {state.kind === 'refused' ? <Refusal refusal={state.refusal} onClose={dismiss} /> : null}
    </>
  );
}

const importTold = async (
  client: Client,
  file: File,
  onProgress: (progress: Progress) => void,
  signal: AbortSignal,
  show: (report: Imported) => void,
): Promise<void> => {
  show(await importCapture(client, file, onProgress, signal));
};

function Import(): ReactNode {
  const [progress, setProgress] = useState<Progress | null>(null);
  const [report, setReport] = useState<Imported | null>(null);
  const stopping = useRef<AbortController>(null);
  const workspace = useWorkspace();
  const { state, run, dismiss } = useCommand(importTold);
  return (
    <>
      <h2>{t('traffic:capture.import')}</h2>
      <p className="soft">{t('traffic:capture.importSays')}</p>
      <div className="row">
        <FileButton
          onChange={(file) => {
            if (file === null) return;
            const stop = new AbortController();
            stopping.current = stop;
            setReport(null);
            void run(file, setProgress, stop.signal, setReport).then(() => {
              setProgress(null);
            });
          }}
        >
          {(props) => (
            <Button {...props} variant="default" loading={state.kind === 'running'}>
              {t('traffic:capture.importFile')}
            </Button>
          )}
        </FileButton>
        <CopyCommand command={cli.importCapture(workspace, CAPTURE)} />
      </div>
      <Working
        progress={progress}
        says={t('traffic:capture.importing')}
        stop={() => stopping.current?.abort()}
      />
      {report === null ? null : (
        <div data-testid="import-report">
          <p>
            {report.bad > 0
              ? t('traffic:capture.importedSome', {
                  messages: count(report.imported),
                  bad: count(report.bad),
                })
              : t('traffic:capture.imported', { messages: count(report.imported) })}
          </p>
          <ul>
            {report.faults.map(({ line, column, code, reason }) => (
              <li key={line}>
                {t('traffic:capture.place', { line: count(line), column: count(column) })}{' '}
                <span className="mono">{code}</span> <bdi>{shownLine(reason)}</bdi>
              </li>
            ))}
          </ul>
        </div>
      )}
      {state.kind === 'refused' ? <Refusal refusal={state.refusal} onClose={dismiss} /> : null}
    </>
  );
}
