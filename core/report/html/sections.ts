import type { ReportBank, ReportDocument, ReportMoment, ReportUpdate } from '#core/contract';
import { code, esc, facts, row, said, table } from './escape.ts';
import type { Format } from './format.ts';
import type { Words } from './words.ts';

/** How one part of the report is written. */
export type Pen = { readonly words: Words; readonly format: Format };

export function ecuTable({ changes }: ReportDocument, { words, format }: Pen): string {
  const { label } = words;
  const cell = (bank: ReportBank | null, basis: keyof Words['basis'] | null): string => {
    if (bank === null) return '–';
    const counter = bank.releaseCounter === null ? '' : ` (${format.number(bank.releaseCounter)})`;
    const evidence = basis === null ? '' : `<br><span class="note">${words.basis[basis]}</span>`;
    const version = bank.version === null ? '–' : said(bank.version);
    return `<strong>${version}</strong>${counter}, ${label.bank} ${bank.bank}<br>${code(bank.sha256)}${evidence}`;
  };
  const yesNo = (value: boolean | null): string =>
    value === null ? words.state.unknown : value ? words.yes : words.no;
  return table(
    [label.ecu, label.before, label.after, label.changed],
    changes.map(({ ecuId, name, before, after, beforeBasis, afterBasis, changed }) =>
      row([
        `<strong>${said(ecuId)}</strong><br>${said(name)}`,
        cell(before, beforeBasis),
        cell(after, afterBasis),
        yesNo(changed),
      ]),
    ),
  );
}

export function updateSection(update: ReportUpdate, pen: Pen): string {
  const { words, format } = pen;
  const { label } = words;
  const name = update.kind === 'update' ? label.update : label.rollback;
  const targets = update.ecuIds.map(said).join(', ');
  return [
    `<h2>${esc(name)}: ${targets}${update.version === '' ? '' : ` · ${said(update.version)}`}</h2>`,
    facts([
      [label.result, `<strong>${words.stage[update.stage]}</strong>`],
      [label.begun, format.time(update.startedAt)],
      [label.finished, format.time(update.endedAt)],
      ...(update.foreign ? [[label.foreign, words.yes] as const] : []),
      ...(update.description === ''
        ? []
        : [[label.description, said(update.description)] as const]),
      [label.compatibility, compatibility(update, words)],
      [label.updateId, code(update.updateId)],
    ]),
    members(update, words),
    ...update.releases.map((release) => releaseFacts(release, pen)),
    conditions(update.moments, pen),
    `<h3>${esc(label.timeline)}</h3>`,
    table(
      [label.time, label.step, label.by, label.signature, label.detail],
      update.steps.map(({ at, stage, by, signature, kid, detail }) =>
        row([
          format.time(at),
          words.stage[stage],
          words.party[by],
          `${words.mark[signature]}${kid === null ? '' : `<br><span class="kid">${code(`${kid.slice(0, 10)}…`)}</span>`}`,
          said(detail),
        ]),
      ),
    ),
  ].join('\n');
}

function compatibility({ compatibility: found }: ReportUpdate, words: Words): string {
  const detail = found.detail === '' ? '' : ` (${said(found.detail)})`;
  return `${words.compatibility[found.result]}${detail}`;
}

function members({ members: all }: ReportUpdate, words: Words): string {
  if (all.length === 0) return '';
  const { label } = words;
  return [
    `<h3>${esc(label.members)}</h3>`,
    table(
      [label.ecu, label.version, label.result],
      all.map(({ ecuId, version, stage, refusal }) => {
        const why = refusal === null ? '' : `<br>${code(refusal.code)} ${said(refusal.reason)}`;
        return row([said(ecuId), said(version), `${words.stage[stage]}${why}`]);
      }),
    ),
  ].join('\n');
}

function releaseFacts(release: ReportUpdate['releases'][number], { words, format }: Pen): string {
  const { label } = words;
  const { firmware, kid, signature } = release;
  return [
    `<h3>${esc(label.release)} ${said(release.releaseId)}</h3>`,
    facts([
      [label.version, `${said(release.version)} (${format.number(release.releaseCounter)})`],
      [label.hardware, said(release.hardwareId)],
      [label.partNumber, said(release.partNumber)],
      [label.description, said(release.description)],
      [
        label.image,
        `${said(firmware.name)}, ${format.bytes(firmware.length)}<br>${code(firmware.sha256)}`,
      ],
      [label.manifestHash, code(release.manifestSha256)],
      [label.author, `${words.mark[signature]}${kid === null ? '' : ` · ${code(kid)}`}`],
    ]),
  ].join('\n');
}

function conditions(moments: readonly ReportMoment[], { words, format }: Pen): string {
  const { label } = words;
  const checked = moments.filter(({ moment }) => moment !== 'ended' && moment !== 'issued');
  const rows = checked.flatMap(({ moment, at, checked: found }) =>
    found.map(({ ecuId, condition, required, actual, state }) =>
      row([
        `${words.moment[moment]}<br><span class="note">${format.time(at)}</span>`,
        `${words.condition[condition]}<br><span class="note">${said(ecuId)}</span>`,
        value(condition, required, words, format),
        value(condition, actual, words, format),
        `<span class="${state}">${words.state[state]}</span>`,
      ]),
    ),
  );
  if (rows.length === 0) return '';
  const head = [label.moment, label.what, label.required, label.actual, label.result];
  return `<h3>${esc(label.conditions)}</h3>${table(head, rows)}`;
}

function value(
  condition: string,
  found: string | number | boolean | null,
  words: Words,
  format: Format,
): string {
  if (found === null) return words.state.unknown;
  if (typeof found === 'boolean') return found ? words.yes : words.no;
  if (typeof found === 'string')
    return found === 'on' ? words.on : found === 'off' ? words.off : said(found);
  return condition === 'minSupplyMillivolts' ? format.volts(found) : format.bytes(found);
}
