import { startMosquitto, withBrokers } from '../brokers/start.ts';
import { megabytes, milliseconds, percent, perSecond, times } from '../numbers.ts';
import { within, type Case, type Result, type Setting } from '../result.ts';
import { servePlainList, serveOurs, type Viewer } from '../view/viewers.ts';
import { RATE, watchUnderLoad, type Watched } from '../view/watch.ts';

const FRAME_BUDGET_MS = 20;
const VISIBLE_BUDGET_MS = 250;
const HEAP_BUDGET = 0.1;
const RSS_BUDGET = 500 * 1_000_000;
/** The peer keeps everything in its window: in ten minutes it would only get worse. */
const PEER_SECONDS = 30;

export const trafficView: Case = {
  name: 'traffic-view',
  summary: '20,000 messages/s through Mosquitto, seen in a browser; beside a plain page',
  run: (setting) =>
    withBrokers(setting.dir, [startMosquitto], async ([broker]) => {
      if (broker?.wsPort === undefined) throw new Error('mosquitto is not installed');
      const { port, wsPort } = broker;
      const watch = async (serve: () => Promise<Viewer>, seconds: number): Promise<Watched> => {
        const viewer = await serve();
        try {
          setting.note(`${viewer.name}: ${String(seconds)} s at ${perSecond(RATE)}`);
          const seen = await watchUnderLoad(viewer, { port, wsPort }, seconds);
          tell(setting, seen);
          return seen;
        } finally {
          await viewer.close();
        }
      };
      const ours = await watch(serveOurs, setting.short ? 60 : 600);
      const peer = await watch(servePlainList, PEER_SECONDS);
      return judge(ours, peer);
    }),
};

function tell({ note }: Setting, seen: Watched): void {
  note(
    `${seen.name}: sent ${seen.sent.toLocaleString('en-US')} at ${perSecond(seen.rate)}, ` +
      `${seen.framesPerSecond.toFixed(0)} frames/s, longest ${milliseconds(seen.frameMax)}, ` +
      `heap ${megabytes(seen.heapStart)} → ${megabytes(seen.heapEnd)}`,
  );
}

function judge(ours: Watched, peer: Watched): Result[] {
  const sum = ({ received, dropped }: Watched): string =>
    `${received.toLocaleString('en-US')} + ${String(dropped)}`;
  const growth = ({ heapStart, heapEnd }: Watched): number => heapEnd / heapStart - 1;
  const row = (what: string, of: (seen: Watched) => number, budget: number | null): Result => ({
    what: `traffic view: ${what}, against ${peer.name}`,
    ours: milliseconds(of(ours)),
    peer: milliseconds(of(peer)),
    ratio: times(of(ours) / of(peer)),
    budget: budget === null ? '' : `≤ ${String(budget)} ms`,
    verdict: budget === null ? { kind: 'no budget' } : within(of(ours) <= budget),
  });
  const onTime = ours.rate >= RATE * 0.98;
  return [
    {
      what: `traffic view: received + dropped of ${ours.sent.toLocaleString('en-US')} sent (peer: ${peer.sent.toLocaleString('en-US')})`,
      ours: sum(ours),
      peer: sum(peer),
      ratio: '',
      budget: 'all, none dropped',
      verdict: within(onTime && ours.received === ours.sent && ours.dropped === 0),
    },
    row('frame, p95', ({ frameP95 }) => frameP95, FRAME_BUDGET_MS),
    row('newest message visible, p50', ({ visibleP50 }) => visibleP50, null),
    row('newest message visible, p95', ({ visibleP95 }) => visibleP95, VISIBLE_BUDGET_MS),
    row('newest message visible, largest', ({ visibleMax }) => visibleMax, null),
    {
      what: 'traffic view: live heap of the page, start → end',
      ours: `${megabytes(ours.heapStart)} → ${megabytes(ours.heapEnd)}, ${percent(growth(ours))}`,
      peer: `${megabytes(peer.heapStart)} → ${megabytes(peer.heapEnd)}, ${percent(growth(peer))}`,
      ratio: '',
      budget: `± ${percent(HEAP_BUDGET)}`,
      verdict: within(Math.abs(growth(ours)) <= HEAP_BUDGET),
    },
    {
      what: 'traffic view: largest RSS of the core, client and capture in it',
      ours: ours.peakRss === null ? '' : megabytes(ours.peakRss),
      peer: '',
      ratio: '',
      budget: `≤ ${megabytes(RSS_BUDGET)}`,
      verdict:
        ours.peakRss === null
          ? { kind: 'unknown', why: 'this system does not tell it' }
          : within(ours.peakRss <= RSS_BUDGET),
    },
  ];
}
