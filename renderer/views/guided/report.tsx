import type { ReactNode } from 'react';

export function Report(): ReactNode {
  return null;
}
