import { IconTimeline } from '@tabler/icons-react';
import { useEffect, useState, type ReactNode } from 'react';
import type { RefusalView, TimelineSummary, TimelineView } from '#core/contract';
import { t, textOrNull } from '../../i18n/index.ts';
import { useConnection } from '../../state/connection.store.ts';
import { follow } from '../../state/follow.ts';
import { toRefusal } from '../../state/refusal.ts';
import { Empty } from '../../ui/empty.tsx';
import { FirstAction } from '../../ui/first-action.tsx';
import { clockTime, count, dateTime, duration } from '../../ui/format.ts';
import { Refusal } from '../../ui/refusal.tsx';
import { shownLine } from '../../ui/safe-text.ts';
import { Tag } from '../../ui/tag.tsx';
import { told } from '../../ui/told/told.ts';

const AGAIN_MS = 2_000;

/** Each update's story as its messages tell it: on one axis, with what is wrong about them. */
export function Timeline(): ReactNode {
  const { list, refusal } = useSummaries();
  const [chosen, setChosen] = useState<string | null>(null);
  const shown = chosen ?? list?.[0]?.key ?? null;
  if (list?.length === 0) {
    return (
      <section className="panel timeline" aria-label={t('traffic:timeline.label')}>
        <Empty
          icon={<IconTimeline size={32} stroke={1.4} />}
          title={t('traffic:timeline.none')}
          action={<FirstAction />}
        >
          {t('traffic:timeline.noneText')}
        </Empty>
      </section>
    );
  }
  return (
    <section className="timeline" aria-label={t('traffic:timeline.label')}>
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
                  <span className="soft">{outcomeOf(each.outcome)}</span>
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

function outcomeOf(outcome: string | null): string {
  if (outcome === null) return t('traffic:timeline.goesOn');
  return saidOf(outcome);
}

/** `installing 45 %`: the state is told in its words here, what follows it stays. */
function saidOf(says: string): string {
  const state = /^[a-z_]+/.exec(says)?.[0] ?? '';
  const word = textOrNull(`ui:stage.${state}`);
  return word === null ? shownLine(says) : word + shownLine(says.slice(state.length));
}

/** What a step is called in the window; the protocol's own word where there is none. */
function stepOf(step: string): string {
  return textOrNull(`traffic:timeline.step.${step}`) ?? step;
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
        <span className="soft">{outcomeOf(story.outcome)}</span>
      </div>
      <div className="timeline-body" tabIndex={0}>
        <div className="row timeline-latencies">
          {story.latencies.map(({ from, to, ms }) => (
            <span key={`${from}-${to}`}>
              <span className="faint">
                {stepOf(from)} → {stepOf(to)}
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
              <span className="timeline-step">{stepOf(entry.step)}</span>
              <span className="timeline-says">
                <bdi>{saidOf(entry.says)}</bdi>
                {entry.flags.map(({ code, reason }) => (
                  <Tag key={code} tone="warn" title={told(reason)}>
                    {textOrNull(`traffic:timeline.flag.${code}`) ?? code.replaceAll('_', ' ')}
                  </Tag>
                ))}
              </span>
            </li>
          ))}
        </ol>
        {story.omitted > 0 ? (
          <p className="faint">
            {t('traffic:timeline.omitted', { count: story.omitted, number: count(story.omitted) })}
          </p>
        ) : null}
      </div>
    </div>
  );
}
