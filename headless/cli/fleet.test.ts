import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { runProgram } from './program.ts';
import { type Surroundings } from './session.ts';

/** The command line in this process: for what ends before anything is started. */
async function runHere(...argv: string[]): Promise<{ code: number; lines: unknown[] }> {
  let text = '';
  const sink = (hear: (piece: string) => void): unknown =>
    new Writable({
      write: (piece: Buffer, _encoding, done) => {
        hear(piece.toString());
        done();
      },
    });
  const around: Surroundings = {
    stdin: process.stdin,
    stdout: sink((piece) => (text += piece)) as Surroundings['stdout'],
    stderr: sink(() => undefined) as Surroundings['stderr'],
    env: {},
    platform: process.platform,
  };
  const code = await runProgram(argv, around);
  return {
    code,
    lines: text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown),
  };
}

describe('ota-bench fleet', () => {
  it.each([
    [['--vehicles', '0'], 'BAD_ARGUMENT'],
    [['--vehicles', '28001'], 'BAD_ARGUMENT'],
    [['--image-bytes', '16777217'], 'BAD_ARGUMENT'],
    [['--at-once', 'many'], 'BAD_ARGUMENT'],
    [['--update', '--transport', 'https'], 'BAD_ARGUMENT'],
    [['--certificates', '--transport', 'https'], 'BAD_ARGUMENT'],
    [['--algorithm', 'hmac'], 'BAD_ARGUMENT'],
    [['--ecu-speed', 'real'], 'BAD_ARGUMENT'],
    [['--vehicles', '3', '--unready', '2', '--failing', '2'], 'BAD_ARGUMENT'],
    [['--broker', 'mqtt://127.0.0.1:1', '--certificates'], 'BAD_ARGUMENT'],
    [['--broker', 'http://127.0.0.1:1'], 'BAD_URL'],
    [['--vin-prefix', 'a/b'], 'VIN_SYNTAX'],
    [['--profile', 'fleet-node', '--ecu', 'wiper'], 'BAD_ARGUMENT'],
  ])('refuses %j with %s and exit code 2', async (args, expected) => {
    const { code, lines } = await runHere('fleet', ...args, '--json');
    expect(lines).toEqual([expect.objectContaining({ event: 'refused', code: expected })]);
    expect(code).toBe(2);
  });

  it.each([
    ['no-such', 'PROFILE_UNKNOWN'],
    ['no-such.json', 'PROFILE_UNREADABLE'],
  ])(
    'refuses a vehicle profile %s with %s before anything is started',
    async (wanted, expected) => {
      const { code, lines } = await runHere('fleet', '--profile', wanted, '--json');
      expect(lines).toEqual([expect.objectContaining({ event: 'refused', code: expected })]);
      expect(code).not.toBe(0);
    },
  );
});
