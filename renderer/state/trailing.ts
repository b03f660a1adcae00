/** Tells at most once every `ms`, and always the last one, though nothing may follow it. */
export function trailing<T>(
  ms: number,
  tell: (value: T) => void,
  signal: AbortSignal,
): (value: T) => void {
  let timer: ReturnType<typeof setTimeout> | null = null;
  let told = Number.NEGATIVE_INFINITY;
  let newest: T;
  const now = (): void => {
    timer = null;
    told = performance.now();
    tell(newest);
  };
  signal.addEventListener('abort', () => {
    if (timer !== null) clearTimeout(timer);
  });
  return (value) => {
    newest = value;
    if (timer !== null) return;
    const wait = told + ms - performance.now();
    if (wait <= 0) now();
    else timer = setTimeout(now, wait);
  };
}
