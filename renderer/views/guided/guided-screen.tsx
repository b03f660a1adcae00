import { Button } from '@mantine/core';
import { IconCar } from '@tabler/icons-react';
import { useEffect, type ReactNode } from 'react';
import { t } from '../../i18n/index.ts';
import { useBench } from '../../state/bench.store.ts';
import { stepFor, type GuidedStep } from '../../state/guided-steps.ts';
import { goTo, join, leftBehind, startAnew, useGuided } from '../../state/guided.store.ts';
import { useScreen } from '../../state/screen.store.ts';
import { useUpdates } from '../../state/updates.store.ts';
import { useVehicles } from '../../state/vehicles.store.ts';
import { useCommand } from '../../ui/use-command.ts';
import { Checks } from './checks.tsx';
import { Confirm } from './confirm.tsx';
import { Installed } from './installed.tsx';
import { Progress } from './progress.tsx';
import { Releases } from './releases.tsx';
import { Report } from './report.tsx';
import { Result } from './result.tsx';
import { leaveSession } from './report-session.ts';
import { Steps } from './steps.tsx';
import { VehicleStep } from './vehicle.tsx';
import './guided.css';
import './guided-run.css';

/** The technician's room: one vehicle, one step at a time, each with its address. */
export function GuidedScreen(): ReactNode {
  const run = useGuided((store) => store.run);
  const declined = useGuided((store) => store.declined);
  const last = useGuided((store) => store.last);
  const part = useScreen((store) => store.part);
  const updates = useUpdates((store) => store.updates);
  const ready = useBench((store) => store.bench !== null);
  const known = useVehicles((store) => store.vehicles !== null);
  const { state: leaving, run: leave } = useCommand(leaveSession);
  const update = updates?.find(({ updateId }) => updateId === run.updateId) ?? null;
  const step = stepFor(run, part ?? last, update);
  const left = run.vin === null && !declined && updates ? leftBehind(updates) : null;
  useEffect(() => {
    // A window that was closed half-way comes back to its update.
    if (left !== null) join(left);
  }, [left]);
  const isLoaded = ready && known && updates !== null;
  useEffect(() => {
    if (!isLoaded) return;
    if (part !== step) goTo(step, 'replace');
    useGuided.setState({ last: step });
  }, [isLoaded, part, step]);
  if (!isLoaded) return <p className="guided guided-loading">{t('guided:loading')}</p>;
  return (
    <div className="guided" data-testid="guided" data-step={step}>
      <div className="guided-head">
        <Steps step={step} />
        {run.vin === null || step === 'vehicle' ? null : (
          <>
            <span className="guided-vin mono" title={run.vin}>
              <IconCar size={18} aria-hidden /> <bdi>{run.vin}</bdi>
            </span>
            <Button
              size="md"
              variant="subtle"
              data-testid="guided-other"
              loading={leaving.kind === 'running'}
              onClick={() => {
                // Where it cannot be ended now, the session waits on Reports.
                void leave(run, update).then(startAnew);
              }}
            >
              {t('guided:otherVehicle')}
            </Button>
          </>
        )}
      </div>
      <StepOf key={step} step={step} />
    </div>
  );
}

function StepOf(props: { step: GuidedStep }): ReactNode {
  switch (props.step) {
    case 'vehicle':
      return <VehicleStep />;
    case 'installed':
      return <Installed />;
    case 'releases':
      return <Releases />;
    case 'checks':
      return <Checks />;
    case 'confirm':
      return <Confirm />;
    case 'progress':
      return <Progress />;
    case 'result':
      return <Result />;
    case 'report':
      return <Report />;
  }
}
