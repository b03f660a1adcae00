/** Text made safe for HTML: what somebody else wrote is shown, and never is markup. */
export function esc(text: string): string {
  return (
    text
      // eslint-disable-next-line no-control-regex -- the control characters are what is looked for
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, '\uFFFD')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      .replaceAll("'", '&#39;')
  );
}

/** A person's or a stranger's words: their direction of writing stays their own. */
export function said(text: string): string {
  return `<bdi>${esc(text)}</bdi>`;
}

/** A hash or an id. */
export function code(text: string | null): string {
  return text === null ? '–' : `<code>${esc(text)}</code>`;
}

export function row(cells: readonly string[]): string {
  return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
}

export function table(head: readonly string[], rows: readonly string[]): string {
  const names = head.map((name) => `<th scope="col">${esc(name)}</th>`).join('');
  return `<table><thead><tr>${names}</tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

/** Names on the left, values on the right; the values are markup already. */
export function facts(pairs: readonly (readonly [string, string])[]): string {
  const items = pairs.map(([name, value]) => `<dt>${esc(name)}</dt><dd>${value}</dd>`);
  return `<dl>${items.join('')}</dl>`;
}
