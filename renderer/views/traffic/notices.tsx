import { Button } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import type { Client } from '../../connect.ts';
import { t } from '../../i18n/index.ts';
import { useTraffic } from '../../state/traffic.store.ts';
import { dateTime } from '../../ui/format.ts';
import { Refusal } from '../../ui/refusal.tsx';
import { useCommand } from '../../ui/use-command.ts';

const resume = (client: Client): Promise<unknown> => client.traffic.resume();

/** What happened to the recording: that it stopped and why, and what was found at its start. */
export function Notices(): ReactNode {
  const recording = useTraffic((store) => store.recording);
  const notices = useTraffic((store) => store.notices);
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const resuming = useCommand(resume);
  return (
    <>
      {recording.kind === 'stopped' ? (
        <div data-testid="recording-stopped">
          <Refusal refusal={recording.refusal}>
            <div className="row traffic-stopped">
              <Button
                loading={resuming.state.kind === 'running'}
                onClick={() => {
                  void resuming.run();
                }}
              >
                {t('traffic:notices.again')}
              </Button>
              <span className="soft">
                {t('traffic:notices.stopped', { time: dateTime(recording.since) })}
              </span>
            </div>
          </Refusal>
        </div>
      ) : null}
      {resuming.state.kind === 'refused' ? (
        <Refusal refusal={resuming.state.refusal} onClose={resuming.dismiss} />
      ) : null}
      {notices
        .filter(({ code }) => !closed.has(code))
        .map((notice) => (
          <Refusal
            key={notice.code}
            refusal={notice}
            onClose={() => {
              setClosed(new Set([...closed, notice.code]));
            }}
          />
        ))}
    </>
  );
}
