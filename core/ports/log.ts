export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Where a room writes what an engineer may need later. Never a secret. */
export type Log = (
  level: LogLevel,
  message: string,
  detail?: Readonly<Record<string, unknown>>,
) => void;

export const silentLog: Log = () => undefined;
