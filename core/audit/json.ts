import type { Finding } from '#core/contract';

/** The findings as a file: what made it, and each finding whole. */
export function toJson(findings: readonly Finding[], { version }: { version: string }): string {
  return `${JSON.stringify({ tool: 'OTA Bench', version, findings }, null, 2)}\n`;
}
