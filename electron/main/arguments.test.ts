import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { askedFor } from './arguments.ts';

it('finds links and bundles among the arguments, and neither in switches nor in the program', () => {
  const argv = [
    '/opt/otabench://vehicle/X.otabundle',
    '/opt/app',
    '--original-process-start-time=1',
    '--file=x.otabundle',
    'otabench://vehicle/V1',
    'OTABENCH://screen/lab',
    'release 3.OTABUNDLE',
    resolve('/tmp/a.otabundle'),
    'https://example.org/',
    'firmware.bin',
    '',
  ];
  expect(askedFor(argv, resolve('/work'))).toEqual({
    links: ['otabench://vehicle/V1', 'OTABENCH://screen/lab'],
    files: [resolve('/work/release 3.OTABUNDLE'), resolve('/tmp/a.otabundle')],
  });
});

it('asks for nothing where there are no arguments', () => {
  expect(askedFor([], '/')).toEqual({ links: [], files: [] });
});
