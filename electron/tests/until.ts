import { vi } from 'vitest';

/** What comes when the machine gets round to it: a limit only ends a test in which it never does. */
const LIMIT_MS = 90_000;

export function until<T>(isSo: () => T | Promise<T>): ReturnType<typeof vi.waitUntil<T>> {
  return vi.waitUntil(isSo, { timeout: LIMIT_MS });
}
