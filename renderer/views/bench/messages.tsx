import { IconArrowRight } from '@tabler/icons-react';
import { Anchor } from '@mantine/core';
import { memo, useDeferredValue, useMemo, type ReactNode } from 'react';
import { t } from '../../i18n/index.ts';
import { linesOf, topicWords, type Line } from '../../state/lines.ts';
import { useMessages } from '../../state/messages.store.ts';
import { showScreen } from '../../state/screen.store.ts';
import { openMessage } from '../../state/traffic.store.ts';
import { bytes, clockTime, count } from '../../ui/format.ts';
import { useFirst } from '../../ui/use-first.ts';

/** Lines drawn here; older ones are on the Traffic screen. */
const LINES = 120;
/** Of the highest window. */
const IN_SIGHT = 24;

/** Every message of the bench's topics as it comes, newest first. */
export function Messages(props: { root: string }): ReactNode {
  const rows = useDeferredValue(useMessages((store) => store.rows));
  const lines = useMemo(
    () => linesOf(props.root, rows).slice(-LINES).reverse(),
    [props.root, rows],
  );
  const drawn = useFirst(IN_SIGHT, lines.length);
  return (
    <section className="panel messages" aria-label={t('bench:messages.title')}>
      <div className="panel-head">
        <h2>{t('bench:messages.title')}</h2>
        <span className="faint">{t('bench:messages.newest')}</span>
        <span className="spring" />
        <Anchor
          component="button"
          type="button"
          size="xs"
          onClick={() => {
            showScreen('traffic');
          }}
        >
          {t('bench:messages.all')}
        </Anchor>
      </div>
      {lines.length === 0 ? (
        <p className="messages-none faint">{t('bench:messages.none')}</p>
      ) : (
        <ol className="messages-list" tabIndex={0} aria-label={t('bench:messages.list')}>
          {lines.slice(0, drawn).map((line) => (
            <LineView key={line.row.id} root={props.root} line={line} />
          ))}
        </ol>
      )}
    </section>
  );
}

const LineView = memo(function LineView(props: { root: string; line: Line }): ReactNode {
  const { row } = props.line;
  const words = topicWords(props.root, row.topic);
  return (
    <li className="message" data-testid="message">
      <button
        type="button"
        title={t('bench:messages.open', { topic: row.topic })}
        onClick={() => {
          openMessage(row.id);
          showScreen('traffic');
        }}
      >
        <span className="mono faint">{clockTime(row.at)}</span>
        <span className="message-kind mono" data-kind={row.kind}>
          {row.kind === 'refused' ? '✕ ' : ''}
          {words?.kind ?? row.topic}
        </span>
        <span className="message-from clip">
          {senderOf(row.clientId, words?.vin)}
          <IconArrowRight size={11} aria-hidden className="faint" />
          <span className="faint">{words?.vin ?? ''}</span>
        </span>
        <span className="mono clip soft">
          {props.line.kind === 'blocks'
            ? t('bench:messages.blocks', {
                number: count(props.line.count),
                size: bytes(props.line.size),
              })
            : row.preview}
        </span>
      </button>
    </li>
  );
});

/** The VIN stands beside it already: `ota-dcu-VIN123` → `ota-dcu`. */
function senderOf(clientId: string | null, vin: string | undefined): string {
  if (clientId === null) return t('bench:messages.unknown');
  if (vin === undefined || !clientId.endsWith(`-${vin}`)) return clientId;
  return clientId.slice(0, -vin.length - 1);
}
