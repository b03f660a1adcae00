import { IconTimeline } from '@tabler/icons-react';
import { useEffect, useState, type ReactNode } from 'react';
import type { RefusalView, TimelineSummary, TimelineView } from '#core/contract';
import { useConnection } from '../../state/connection.store.ts';
import { follow } from '../../state/follow.ts';
import { toRefusal } from '../../state/refusal.ts';
import { Empty } from '../../ui/empty.tsx';
import { clockTime, count, dateTime, duration } from '../../ui/format.ts';
import { Refusal } from '../../ui/refusal.tsx';
import { shownLine } from '../../ui/safe-text.ts';
import { Tag } from '../../ui/tag.tsx';

const AGAIN_MS = 2_000;

/** Each update's story as its messages tell it: on one axis, with what is wrong about them. */
export function Timeline(): ReactNode {
  const { list, refusal } = useSummaries();
  const [chosen, setChosen] = useState<string | null>(null);
  const shown = chosen ?? list?.[0]?.key ?? null;
  if (list?.length === 0) {
    return (
      <section className="panel timeline" aria-label="Timeline">
        <Empty icon={<IconTimeline size={32} stroke={1.4} />} title="No update yet">
          An update is told here from its first message on. Run the demo to see one.
        </Empty>
      </section>
    );
  }
  return (
    <section className="timeline" aria-label="Timeline">
      <div className="panel timeline-list">
        {refusal ? <Refusal refusal={refusal} /> : null}
        <ul>
          {(list ?? []).map((each) => (
            <li key={each.key}>
              <button
                type="button"
                aria-current={each.key === shown}
                data-testid="timeline-update"
                onClick={() => {
                  setChosen(each.key);
                }}
              >
                <span className="mono clip">{shownLine(each.vin)}</span>
                <span className="clip">{each.version === null ? '' : shownLine(each.version)}</span>
                <span className="faint">{dateTime(each.startedAt)}</span>
                <span className="row">
                  <span className="soft">{each.outcome ?? 'goes on'}</span>
                  {each.flags > 0 ? <Tag tone="warn">{count(each.flags)}</Tag> : null}
                </span>
              </button>
            </li>
          ))}
        </ul>
      </div>
      {shown === null ? null : <Story key={shown} storyKey={shown} />}
    </section>
  );
}

function useSummaries(): { list: readonly TimelineSummary[] | null; refusal: RefusalView | null } {
  const [list, setList] = useState<readonly TimelineSummary[] | null>(null);
  const [refusal, setRefusal] = useState<RefusalView | null>(null);
  useEffect(() => {
    const gone = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const load = async (): Promise<void> => {
      const { state } = useConnection.getState();
      try {
        if (state.kind === 'up') {
          setList(await state.client.timeline.list(undefined, { signal: gone.signal }));
          setRefusal(null);
        }
      } catch (error) {
        if (!gone.signal.aborted) setRefusal(toRefusal(error));
      }
      if (!gone.signal.aborted) timer = setTimeout(() => void load(), AGAIN_MS);
    };
    void load();
    return () => {
      gone.abort();
      clearTimeout(timer);
    };
  }, []);
  return { list, refusal };
}

function Story(props: { storyKey: string }): ReactNode {
  const [story, setStory] = useState<TimelineView | null>(null);
  const [refusal, setRefusal] = useState<RefusalView | null>(null);
  const { storyKey } = props;
  useEffect(
    () =>
      follow({
        open: (client, signal) => client.timeline.watch({ key: storyKey }, { signal }),
        take: (frame) => {
          const newest = frame.upserts.at(-1);
          if (newest) setStory(newest);
          return 'taken';
        },
        onRefused: setRefusal,
      }),
    [storyKey],
  );
  if (refusal) return <Refusal refusal={refusal} />;
  if (story === null) return null;
  const first = story.entries[0]?.stamp ?? 0;
  const last = Math.max(first + 1, story.entries.at(-1)?.stamp ?? 0);
  return (
    <div className="panel timeline-story" data-testid="timeline-story">
      <div className="panel-head">
        <h2 className="mono clip">{shownLine(story.updateId ?? story.key)}</h2>
        <span className="spring" />
        <span className="soft">{story.outcome ?? 'goes on'}</span>
      </div>
      <div className="timeline-body" tabIndex={0}>
        <div className="row timeline-latencies">
          {story.latencies.map(({ from, to, ms }) => (
            <span key={`${from}-${to}`}>
              <span className="faint">
                {from} → {to}
              </span>{' '}
              {duration(ms)}
            </span>
          ))}
        </div>
        {story.missing.map(({ reason }, index) => (
          <p key={index} className="warning">
            {shownLine(reason)}
          </p>
        ))}
        <ol className="timeline-entries">
          {story.entries.map((entry, index) => (
            <li key={index} data-step={entry.step}>
              <span className="mono faint" title={clockTime(entry.at)}>
                +{duration((entry.stamp - first) / 1_000)}
              </span>
              <span className="timeline-axis" aria-hidden>
                <span
                  style={{
                    left: `${(((entry.stamp - first) / (last - first)) * 100).toFixed(2)}%`,
                  }}
                />
              </span>
              <span className="timeline-step">{entry.step}</span>
              <span className="timeline-says">
                <bdi>{shownLine(entry.says)}</bdi>
                {entry.flags.map(({ code, reason }) => (
                  <Tag key={code} tone="warn" title={reason}>
                    {code.replaceAll('_', ' ')}
                  </Tag>
                ))}
              </span>
            </li>
          ))}
        </ol>
        {story.omitted > 0 ? (
          <p className="faint">{count(story.omitted)} further entries.</p>
        ) : null}
      </div>
    </div>
  );
}
