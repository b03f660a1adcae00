import { IconAlertTriangle, IconBan, IconCheck, IconClock, IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { CertificateState, CertificateView } from '#core/contract';
import { t } from '../../i18n/index.ts';
import { inDays, layoutCalendar, type Calendar, type CalendarBar } from '../../state/calendar.ts';
import { selectCertificate } from '../../state/trust-dialog.store.ts';
import { day } from '../../ui/format.ts';
import { certificateWords } from './words.ts';

const shapes = {
  valid: IconCheck,
  expiring: IconAlertTriangle,
  expired: IconX,
  not_yet_valid: IconClock,
  revoked: IconBan,
} as const satisfies Record<CertificateState, unknown>;

const percent = (value: number): string => `${value.toFixed(3)}%`;

/** Every validity on one time axis: what ends next is seen before it is read. */
export function CalendarStrip(props: {
  certificates: readonly CertificateView[];
  now: number;
  selected: string | undefined;
}): ReactNode {
  const calendar = layoutCalendar(props.certificates, props.now);
  // A client is what most are: it is only told where a server has the same name.
  const servers = props.certificates.filter(({ kind }) => kind === 'server').map(({ cn }) => cn);
  return (
    <section
      className="panel calendar"
      aria-label={t('trust:calendar.label')}
      data-testid="calendar"
    >
      <div className="calendar-axis" aria-hidden>
        <span />
        <div className="calendar-track">
          {calendar.ticks.map((tick) => (
            <span
              key={tick.at}
              className="calendar-tick"
              data-year={tick.year}
              // The flag of today stands over it.
              data-hidden={coveredBy(tick, calendar.today)}
              style={{ left: percent(tick.left) }}
            >
              {tick.label}
            </span>
          ))}
          <span className="calendar-now" style={{ left: percent(calendar.today) }}>
            {t('trust:calendar.today')}
          </span>
        </div>
      </div>
      <div className="calendar-rows">
        <Grid calendar={calendar} />
        <ul>
          {calendar.bars.map((bar) => (
            <li key={bar.certificate.fingerprint}>
              <Row
                bar={bar}
                now={props.now}
                selected={bar.certificate.fingerprint === props.selected}
                told={bar.certificate.kind !== 'client' || servers.includes(bar.certificate.cn)}
              />
            </li>
          ))}
        </ul>
      </div>
    </section>
  );
}

function Grid(props: { calendar: Calendar }): ReactNode {
  return (
    <div className="calendar-grid" aria-hidden>
      <span />
      <div className="calendar-track">
        {props.calendar.ticks.map((tick) => (
          <span
            key={tick.at}
            className="calendar-line"
            data-year={tick.year}
            style={{ left: percent(tick.left) }}
          />
        ))}
        <span className="calendar-today" style={{ left: percent(props.calendar.today) }} />
      </div>
    </div>
  );
}

/** Where the strip is wide it covers less. */
function coveredBy(
  tick: Calendar['ticks'][number],
  today: number,
): 'always' | 'narrow' | undefined {
  const after = today - tick.left;
  if (after > -4 && after < (tick.year ? 8 : 6)) return 'always';
  return after > -5 && after < (tick.year ? 13 : 8) ? 'narrow' : undefined;
}

function Row(props: {
  bar: CalendarBar;
  now: number;
  selected: boolean;
  /** Its kind stands beside its name. */
  told: boolean;
}): ReactNode {
  const { certificate, left, width, cutStart, cutEnd } = props.bar;
  const { word, tone } = certificateWords(certificate.state);
  const Shape = shapes[certificate.state];
  return (
    <button
      type="button"
      className="calendar-row"
      aria-pressed={props.selected}
      onClick={() => {
        selectCertificate(certificate.fingerprint);
      }}
    >
      <span className="calendar-name">
        <span className="clip">{certificate.cn}</span>
        {props.told ? (
          <span className="faint">{t(`trust:shortKind.${certificate.kind}`)}</span>
        ) : null}
      </span>
      <span className="calendar-track">
        <span
          className="calendar-bar"
          data-tone={tone}
          data-state={certificate.state}
          data-cut-start={cutStart}
          data-cut-end={cutEnd}
          style={{ left: percent(left), width: percent(width) }}
        />
      </span>
      <span className="calendar-end" data-tone={tone}>
        <Shape size={12} stroke={2.4} aria-hidden />
        <span className="visually-hidden">
          {t('trust:calendar.ends', { state: word, when: inDays(certificate.notAfter, props.now) })}
        </span>
        {certificate.state === 'valid' ? null : `${word} · `}
        {day(certificate.notAfter)}
        {cutEnd ? ' →' : ''}
      </span>
    </button>
  );
}
