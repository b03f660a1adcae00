import { expect, it } from 'vitest';
import { commandFor } from './cli-command.ts';

it('names each release with its ECU, and leaves nothing to the shell', () => {
  const items = [
    { ecuId: 'brake', releaseId: 'r-1' },
    { ecuId: "it's $(rm)", releaseId: 'r-2' },
  ];
  expect(commandFor('/home/a b', 'VIN1', items)).toBe(
    String.raw`ota-bench publish --workspace '/home/a b' --vin VIN1 --release brake=r-1 --release 'it'\''s $(rm)=r-2'`,
  );
});
