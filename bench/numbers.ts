/** Nearest-rank percentile (`p` 0–100). Sorts a copy. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((p / 100) * sorted.length) - 1)] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => percentile(values, 50);

export const milliseconds = (ms: number): string => `${ms.toFixed(ms < 10 ? 3 : 0)} ms`;
export const seconds = (ms: number): string => `${(ms / 1_000).toFixed(2)} s`;
export const perSecond = (rate: number): string => `${Math.round(rate).toLocaleString('en-US')}/s`;
export const times = (ratio: number): string => `${ratio.toFixed(2)} ×`;
export const megabytes = (bytes: number): string =>
  `${(bytes / 1_000_000).toFixed(bytes < 20_000_000 ? 2 : 0)} MB`;
export const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
