import { Textarea } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { t } from '../../i18n/index.ts';
import { changeRun, goTo, startAnew, useGuided } from '../../state/guided.store.ts';
import { useCommand } from '../../ui/use-command.ts';
import { Frame } from './frame.tsx';
import { Person } from './person.tsx';
import { PlainRefusal } from './plain.tsx';
import { finishReport } from './report-session.ts';
import { ReportSheet } from './report-sheet.tsx';

/** What is kept of the session: signed once, then to be read, printed and saved. */
export function Report(): ReactNode {
  const run = useGuided((store) => store.run);
  const { state, run: finish } = useCommand(finishReport);
  // Taken up from elsewhere, nobody has said yet who works here.
  const [wasAsked] = useState(run.operator.trim() === '' || run.purpose.trim() === '');
  const back = (): void => {
    goTo('result');
  };
  if (run.reportId !== null) {
    return (
      <Frame
        title={t('guided:report.doneTitle')}
        says={t('guided:report.doneSays')}
        primary={{ name: t('guided:result.again'), onPress: startAnew }}
        back={back}
      >
        <ReportSheet reportId={run.reportId} />
      </Frame>
    );
  }
  return (
    <Frame
      title={t('guided:report.title')}
      says={t('guided:report.says')}
      back={back}
      primary={{
        name: t('guided:report.sign'),
        busy: state.kind === 'running',
        blocked:
          run.operator.trim() === ''
            ? t('guided:vehicle.why.operator')
            : run.purpose.trim() === ''
              ? t('guided:vehicle.why.purpose')
              : null,
        onPress: () => {
          void finish(run);
        },
      }}
    >
      {wasAsked ? <Person run={run} /> : null}
      <Textarea
        size="lg"
        label={t('guided:report.remarks')}
        description={t('guided:report.remarksHint')}
        autosize
        minRows={4}
        maxRows={12}
        maxLength={4_000}
        data-testid="guided-remarks"
        value={run.remarks}
        onChange={(event) => {
          changeRun({ remarks: event.currentTarget.value });
        }}
      />
      {state.kind === 'refused' ? <PlainRefusal refusal={state.refusal} /> : null}
    </Frame>
  );
}
