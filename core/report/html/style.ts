/** Of the printable page: for the screen, A4 and Letter alike. */
export const STYLE = `
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { font: 10.5pt/1.45 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  color: #16202b; background: #fff; max-width: 190mm; margin: 0 auto; padding: 10mm 8mm;
  overflow-wrap: break-word; }
h1 { font-size: 19pt; line-height: 1.2; margin: 0; }
h2 { font-size: 13pt; margin: 7mm 0 2mm; padding-bottom: 1mm; border-bottom: 0.4mm solid #16202b;
  break-after: avoid; }
h3 { font-size: 11pt; margin: 4mm 0 1.5mm; break-after: avoid; }
p { margin: 1.5mm 0; }
code { font: 8.5pt/1.4 ui-monospace, "SF Mono", Consolas, "DejaVu Sans Mono", monospace;
  overflow-wrap: anywhere; }
.kid { white-space: nowrap; }
header { display: flex; justify-content: space-between; gap: 6mm; align-items: flex-start; }
header .id { text-align: right; font-size: 8.5pt; color: #4a5967; }
.result { margin: 5mm 0 2mm; padding: 3mm 4mm; border: 0.5mm solid; border-left-width: 3mm;
  border-radius: 1mm; break-inside: avoid; }
.result strong { display: block; font-size: 15pt; }
.good { border-color: #1d7a3c; background: #eef8f1; }
.bad { border-color: #b3261e; background: #fdf0ef; }
.mild { border-color: #8a6100; background: #fdf6e6; }
dl { display: grid; grid-template-columns: 44mm 1fr; gap: 0.8mm 4mm; margin: 0; }
dt { color: #4a5967; }
dd { margin: 0; }
.two { display: grid; grid-template-columns: 1fr 1fr; gap: 0 8mm; }
.two dl { grid-template-columns: 37mm 1fr; }
table { width: 100%; border-collapse: collapse; font-size: 9pt; margin: 1.5mm 0; }
th { text-align: left; color: #4a5967; font-weight: 600; border-bottom: 0.3mm solid #8795a3;
  padding: 1mm 2mm 1mm 0; vertical-align: bottom; }
td { border-bottom: 0.2mm solid #d5dce2; padding: 1mm 2mm 1mm 0; vertical-align: top; }
td bdi, dd { overflow-wrap: anywhere; }
td:first-child { min-width: 27mm; }
tr, dd { break-inside: avoid; }
.met::before { content: "✓ "; } .unmet::before { content: "✕ "; } .unknown::before { content: "? "; }
.met { color: #1d7a3c; } .unmet { color: #b3261e; font-weight: 600; }
.note { color: #4a5967; font-size: 9pt; }
.sign { border: 0.3mm solid #8795a3; border-radius: 1mm; padding: 3mm 4mm; margin-top: 6mm;
  break-inside: avoid; }
.sign h2 { margin-top: 0; }
@media (max-width: 640px) { .two { grid-template-columns: 1fr; } }
@media print {
  body { max-width: none; padding: 0; }
  .result, th { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;

/** Each printed page says which report it is of. Only letters, digits and dashes get in. */
export function pageStyle(reportId: string, fingerprint: string): string {
  const plain = (text: string): string => text.replace(/[^A-Za-z0-9-]/g, '');
  const box = 'font: 7.5pt system-ui, sans-serif; color: #4a5967;';
  return `@page { margin: 14mm 13mm 16mm;
  @bottom-left { content: "${plain(reportId)} · ${plain(fingerprint).slice(0, 16)}…"; ${box} }
  @bottom-right { content: counter(page) " / " counter(pages); ${box} }
}`;
}
