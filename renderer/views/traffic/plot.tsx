import { Select, useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import UPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { RefusalView, TrafficDetail } from '#core/contract';
import { t } from '../../i18n/index.ts';
import { useConnection } from '../../state/connection.store.ts';
import { toRefusal } from '../../state/refusal.ts';
import { count } from '../../ui/format.ts';
import { Refusal } from '../../ui/refusal.tsx';
import { shownLine } from '../../ui/safe-text.ts';

const HEIGHT_PX = 220;
/** New points are asked for this often while one looks at them. */
const AGAIN_MS = 1_000;

type Series = { at: number[]; values: number[]; cut: boolean };

/** A number in the payloads of this topic over time. Drag to zoom, double click for all of it. */
export function Plot(props: { topic: string; numbers: TrafficDetail['numbers'] }): ReactNode {
  const { topic, numbers } = props;
  const [path, setPath] = useState(numbers[0]?.path ?? '');
  const scheme = useComputedColorScheme();
  const [series, setSeries] = useState<Series | null>(null);
  const [refusal, setRefusal] = useState<RefusalView | null>(null);
  useEffect(() => {
    const gone = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const load = async (): Promise<void> => {
      const { state } = useConnection.getState();
      try {
        if (state.kind === 'up') {
          const asked = { topic, path };
          setSeries(await state.client.traffic.series(asked, { signal: gone.signal }));
          setRefusal(null);
        }
        if (!gone.signal.aborted) timer = setTimeout(() => void load(), AGAIN_MS);
      } catch (error) {
        if (!gone.signal.aborted) setRefusal(toRefusal(error));
      }
    };
    void load();
    return () => {
      gone.abort();
      clearTimeout(timer);
    };
  }, [topic, path]);
  return (
    <>
      <Select
        aria-label={t('traffic:plot.which')}
        classNames={{ input: 'mono' }}
        value={path}
        allowDeselect={false}
        searchable
        data={numbers.map((each) => ({
          value: each.path,
          label: shownLine(each.path) || t('traffic:diff.all'),
        }))}
        onChange={(next) => {
          if (next === null) return;
          setSeries(null);
          setPath(next);
        }}
      />
      {refusal ? <Refusal refusal={refusal} /> : null}
      {series === null ? null : (
        <>
          <Chart
            key={`${scheme} ${path}`}
            series={series}
            name={shownLine(path) || t('traffic:diff.all')}
          />
          <p className="faint">
            {series.cut
              ? t('traffic:plot.newest', { points: count(series.values.length) })
              : t('traffic:plot.points', { points: count(series.values.length) })}
          </p>
        </>
      )}
    </>
  );
}

function Chart(props: { series: Series; name: string }): ReactNode {
  const { series, name } = props;
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<UPlot>(null);
  const newest = useRef(series);
  useEffect(() => {
    newest.current = series;
    // A zoomed plot stays where it was put.
    const chart = plot.current;
    chart?.setData(dataOf(series), !isZoomed(chart));
  }, [series]);
  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const style = getComputedStyle(element);
    const axis = {
      stroke: style.getPropertyValue('--ink-faint'),
      grid: { stroke: style.getPropertyValue('--line'), width: 1 },
      ticks: { stroke: style.getPropertyValue('--line'), width: 1 },
    };
    const chart = new UPlot(
      {
        width: element.clientWidth,
        height: HEIGHT_PX,
        axes: [axis, { ...axis, size: 64 }],
        series: [
          { value: '{HH}:{mm}:{ss}' },
          { label: name, stroke: style.getPropertyValue('--accent'), width: 1.5 },
        ],
      },
      dataOf(newest.current),
      element,
    );
    plot.current = chart;
    const sizes = new ResizeObserver(() => {
      chart.setSize({ width: element.clientWidth, height: HEIGHT_PX });
    });
    sizes.observe(element);
    return () => {
      sizes.disconnect();
      chart.destroy();
      plot.current = null;
    };
  }, [name]);
  return <div ref={box} className="plot" data-testid="traffic-plot" />;
}

function dataOf({ at, values }: Series): UPlot.AlignedData {
  return [at.map((ms) => ms / 1_000), values];
}

function isZoomed(chart: UPlot): boolean {
  const [times] = chart.data;
  const { min, max } = chart.scales['x'] ?? {};
  const [first, last] = [times[0], times.at(-1)];
  if (min == null || max == null || first === undefined || last === undefined) return false;
  return min > first || max < last;
}
