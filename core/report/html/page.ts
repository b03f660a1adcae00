import { createHash } from 'node:crypto';
import { ReportDocument, type ReportRollback } from '#core/contract';
import { DATA_ID } from '../read.ts';
import { sentenceOf, type ReportLanguage } from '../sentence.ts';
import { code, esc, facts, row, said, table } from './escape.ts';
import { formatFor } from './format.ts';
import { ecuTable, updateSection, type Pen } from './sections.ts';
import { pageStyle, STYLE } from './style.ts';
import { GERMAN } from './words-de.ts';
import { ENGLISH } from './words-en.ts';

/** Characters of base64 in a line: so that the page can be looked at in an editor. */
const LINE = 120;

/**
 * The report as one page to read and to print: no script, nothing loaded, the signed data inside.
 * Pure: the same report gives the same page, so that a page can be checked against its data.
 *
 * @param text as it was signed and kept
 */
export function reportPage(text: string, language: ReportLanguage): string {
  const document = ReportDocument.parse(JSON.parse(text));
  const words = language === 'de' ? GERMAN : ENGLISH;
  const pen: Pen = { words, format: formatFor(language) };
  const fingerprint = Buffer.from(document.signedBy.kid, 'base64url').toString('hex');
  const style = `${STYLE}${pageStyle(document.reportId, fingerprint)}\n`;
  const hash = createHash('sha256').update(style).digest('base64');
  const data = Buffer.from(text).toString('base64');
  const lines = data.match(new RegExp(`.{1,${String(LINE)}}`, 'g'))?.join('\n') ?? '';
  return `<!doctype html>
<html lang="${language}" dir="ltr">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${esc(`${words.title} ${document.vehicle.vin} ${document.createdAt.utc.slice(0, 10)}`)}</title>
<style>${style}</style>
</head>
<body>
${body(document, language, fingerprint, pen)}
<template id="${DATA_ID}">
${lines}
</template>
</body>
</html>
`;
}

function body(
  document: ReportDocument,
  language: ReportLanguage,
  fingerprint: string,
  pen: Pen,
): string {
  const { words, format } = pen;
  const { label } = words;
  const { vehicle, work, session, result, tool } = document;
  const { vin } = vehicle;
  const sentence = sentenceOf(document, language);
  return [
    `<header><div><h1>${esc(words.title)}</h1><p>${esc(label.vin)} <strong>${said(vin)}</strong></p></div>`,
    `<div class="id">${esc(label.report)} ${code(document.reportId)}<br>${format.time(document.createdAt)}<br>${esc(label.fingerprint)}<br>${code(`${fingerprint.slice(0, 32)}…`)}</div></header>`,
    `<section class="result ${toneOf(result.word)}"><strong>${words.word[result.word]}</strong>${said(sentence)}</section>`,
    '<div class="two">',
    `<section><h2>${esc(label.vehicle)}</h2>`,
    facts([
      [label.vin, said(vin)],
      [label.rxswin, vehicle.rxswin === null ? '–' : said(vehicle.rxswin)],
      ...vehicle.advice.map((advice) => [label.advice, said(advice)] as const),
    ]),
    `</section><section><h2>${esc(label.work)}</h2>`,
    facts([
      [label.operator, said(work.operator)],
      [label.order, work.order === null ? '–' : said(work.order)],
      [label.purpose, said(work.purpose)],
      ...(work.remarks === null ? [] : [[label.remarks, said(work.remarks)] as const]),
    ]),
    '</section></div>',
    `<h2>${esc(label.ecus)}</h2>`,
    ecuTable(document, pen),
    `<p class="note">${esc(words.basisNote)}</p>`,
    ...document.updates.map((update) => updateSection(update, pen)),
    rollbacks(document.rollbacks, pen),
    refusals(document, pen),
    `<h2>${esc(label.session)}</h2>`,
    facts([
      [label.begun, format.time(session.begunAt)],
      [label.finished, format.time(session.finishedAt)],
      [label.tool, said(`${tool.name} ${tool.version} (${tool.host})`)],
      [label.system, said(tool.os)],
      [label.timeZone, said(tool.timeZone)],
      [label.bench, code(tool.benchId)],
    ]),
    `<h3>${esc(label.events)}</h3>`,
    session.events.length === 0
      ? `<p>${esc(words.none)}</p>`
      : table(
          [label.time, label.what, label.detail],
          session.events.map(({ at, kind, detail }) =>
            row([format.time(at), words.event[kind], said(detail)]),
          ),
        ),
    `<section class="sign"><h2>${esc(label.signedBy)}</h2>`,
    facts([[label.fingerprint, code(fingerprint)]]),
    `<p>${esc(words.verify)}</p><p class="note">${esc(words.dataOnly)}</p></section>`,
  ].join('\n');
}

function toneOf(word: ReportDocument['result']['word']): string {
  if (word === 'completed') return 'good';
  return word === 'failed' || word === 'unfinished' || word === 'refused' ? 'bad' : 'mild';
}

function refusals({ refusals: all }: ReportDocument, { words, format }: Pen): string {
  if (all.length === 0) return '';
  const { label } = words;
  const rows = all.map(({ at, by, ecuId, code: name, reason, next }) =>
    row([
      format.time(at),
      `${words.party[by]}${ecuId === null ? '' : `<br>${said(ecuId)}`}`,
      `${code(name)}<br><span lang="en">${said(reason)}</span><br><span class="note" lang="en">${said(next)}</span>`,
    ]),
  );
  return `<h2>${esc(label.refusals)}</h2>${table([label.time, label.by, label.reason], rows)}`;
}

function rollbacks(all: readonly ReportRollback[], { words, format }: Pen): string {
  if (all.length === 0) return '';
  const { label } = words;
  const held = (evidence: ReportRollback['before']): string =>
    evidence === null
      ? '–'
      : evidence.banks
          .map(({ bank, version, sha256 }) => {
            const mark = bank === evidence.activeBank ? ' ●' : '';
            return `${esc(label.bank)} ${bank}${mark}: ${version === null ? '–' : said(version)}<br>${code(sha256)}`;
          })
          .join('<br>');
  const parts = all.map((verdict) => {
    const checks = verdict.checks.map(
      ({ check, passed, detail }) =>
        `<span class="${passed ? 'met' : 'unmet'}">${said(check)}</span> <span lang="en">${said(detail)}</span>`,
    );
    return facts([
      [label.ecu, said(verdict.ecuId)],
      [
        label.result,
        `<strong>${words.outcome[verdict.outcome]}</strong> ${code(verdict.reason.code)}`,
      ],
      [label.origin, said(verdict.origin)],
      [label.askedBy, said(verdict.askedBy)],
      [label.begun, format.time(verdict.requestedAt)],
      [label.finished, format.time(verdict.endedAt)],
      [label.before, held(verdict.before)],
      [label.after, held(verdict.after)],
      [label.checks, checks.join('<br>')],
      [label.signature, words.mark[verdict.signature]],
    ]);
  });
  return `<h2>${esc(label.rollbacks)}</h2>${parts.join('<hr>')}`;
}
