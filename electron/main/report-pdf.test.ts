import { expect, it } from 'vitest';
import { reportPdf, type HiddenWindow } from './report-pdf.ts';

const aWindow = (print: () => Promise<Uint8Array>) => {
  const seen: unknown[] = [];
  const window: HiddenWindow = {
    loadURL: (url) => {
      seen.push(url);
      return Promise.resolve();
    },
    webContents: {
      printToPDF: (options) => {
        seen.push(options);
        return print();
      },
    },
    destroy: () => seen.push('destroyed'),
  };
  return { seen, open: () => window };
};

it('prints the page from nowhere but the text it was given, and lets the window go', async () => {
  const pdf = new TextEncoder().encode('%PDF-1.7');
  const { seen, open } = aWindow(() => Promise.resolve(pdf));
  expect(await reportPdf('<p>ä</p>', open, 'Letter')).toBe(pdf);
  expect(seen).toEqual([
    `data:text/html;base64,${Buffer.from('<p>ä</p>').toString('base64')}`,
    { pageSize: 'Letter', printBackground: true },
    'destroyed',
  ]);
});

it('lets the window go as well where printing fails', async () => {
  const { seen, open } = aWindow(() => Promise.reject(new Error('no printer')));
  await expect(reportPdf('<p>', open)).rejects.toThrow('no printer');
  expect(seen.at(-1)).toBe('destroyed');
});

it('opens no window for a page that no address can hold', async () => {
  const { seen, open } = aWindow(() => Promise.resolve(new Uint8Array()));
  await expect(reportPdf('x'.repeat(1_600_000), open)).rejects.toThrow('too large');
  expect(seen).toEqual([]);
});
