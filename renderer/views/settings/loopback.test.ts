import { describe, expect, it } from 'vitest';
import { isHost, isLoopback } from './loopback.ts';

describe('isLoopback', () => {
  it.each(['127.0.0.1', '127.8.9.1', 'localhost', ' ::1 ', 'LOCALHOST'])('%j is', (host) => {
    expect(isLoopback(host)).toBe(true);
  });

  it.each(['0.0.0.0', '::', '192.168.1.4', '127.0.0.1.example.org', 'localhost.example.org', ''])(
    '%j is not',
    (host) => {
      expect(isLoopback(host)).toBe(false);
    },
  );
});

describe('isHost', () => {
  it.each(['127.0.0.1', '::', 'bench-2.example.org', 'fe80::1%eth0', ' 0.0.0.0 '])(
    '%j is',
    (host) => {
      expect(isHost(host)).toBe(true);
    },
  );

  it.each(['', '  ', 'not a host', 'mqtt://x', 'a!'])('%j is not', (host) => {
    expect(isHost(host)).toBe(false);
  });
});
