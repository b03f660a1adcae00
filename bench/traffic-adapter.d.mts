import type { Page } from '@playwright/test';

export const name: string;

export function serve(options: {
  port: number;
  env?: Record<string, string>;
  workspace?: string;
  args?: readonly string[];
}): Promise<{ url: string; pid: number | undefined; close: () => Promise<void> }>;

export function open(
  page: Page,
  options: {
    url: string;
    host: string;
    tcpPort: number;
    wsPort?: number;
    filter: string;
    topic: string;
    seed: () => Promise<void>;
  },
): Promise<void>;

type Evaluating = Pick<Page, 'evaluate'>;

export function receivedCount(page: Evaluating): Promise<number>;
export function markerVisible(
  page: Evaluating,
  text: string,
): Promise<{ inDom: boolean; onScreen: boolean }>;
