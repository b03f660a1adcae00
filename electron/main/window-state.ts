import { isAbsolute } from 'node:path';
import { z } from 'zod';
import { Language, Theme } from '../channel/index.ts';

/** The kinds of window; each comes back where its last one was. */
export type WindowKind = 'main' | 'traffic';

const Bounds = z.object({
  x: z.number().int(),
  y: z.number().int(),
  width: z.number().int().positive(),
  height: z.number().int().positive(),
});
export type Bounds = z.infer<typeof Bounds>;

const Kept = z.object({ bounds: Bounds, maximized: z.boolean() });
export type KeptWindow = z.infer<typeof Kept>;

/** What is on disk: what cannot be read of it is as good as never written. */
const StateFile = z.object({
  version: z.literal(1),
  windows: z.object({
    main: Kept.optional().catch(undefined),
    traffic: Kept.optional().catch(undefined),
  }),
  /** As the page last showed itself, for what is seen before it has loaded. */
  theme: Theme.optional().catch(undefined),
  language: Language.optional().catch(undefined),
  /** Folder of the workspace, where a person chose another than the application's own. */
  workspace: z.string().min(1).max(4_096).refine(isAbsolute).optional().catch(undefined),
});
export type ShellState = Omit<z.infer<typeof StateFile>, 'version'>;

/** Device-independent pixels; the page is laid out for 880×600 and more. */
export const SMALLEST = { width: 880, height: 600 } as const;
const FIRST_SIZE = {
  main: { width: 1360, height: 880 },
  traffic: { width: 1120, height: 760 },
} as const;
/** So much of the title bar must be on a display, or nobody can drag the window back. */
const GRASP = 80;

/** A damaged file is no reason not to open a window. */
export function readState(text: string): ShellState {
  try {
    const { windows, theme, language, workspace } = StateFile.parse(JSON.parse(text));
    return { windows, theme, language, workspace };
  } catch {
    return { windows: {} };
  }
}

export function writeState(state: ShellState): string {
  return `${JSON.stringify({ version: 1, ...state }, null, 2)}\n`;
}

export type Placed = { width: number; height: number; x?: number; y?: number; maximized: boolean };

/**
 * Where a window opens: where it was, made to fit the display it is on now, and in the middle of the
 * first one when its own was taken away.
 */
export function place(
  kind: WindowKind,
  kept: KeptWindow | undefined,
  workAreas: readonly Bounds[],
): Placed {
  const first = workAreas[0];
  if (kept === undefined) {
    return { ...fit(FIRST_SIZE[kind], first), maximized: false };
  }
  const { bounds, maximized } = kept;
  const area = workAreas.find((each) => isWithinReach(bounds, each));
  // Without a position Electron centres it on the first display.
  if (area === undefined) return { ...fit(bounds, first), maximized };
  const size = fit(bounds, area);
  return {
    ...size,
    x: within(bounds.x, area.x, area.x + area.width - size.width),
    y: within(bounds.y, area.y, area.y + area.height - size.height),
    maximized,
  };
}

function fit(
  size: { width: number; height: number },
  area: Bounds | undefined,
): { width: number; height: number } {
  const most = area ?? { width: Infinity, height: Infinity };
  return {
    width: Math.max(SMALLEST.width, Math.min(size.width, most.width)),
    height: Math.max(SMALLEST.height, Math.min(size.height, most.height)),
  };
}

/** Its title bar can be taken hold of on this display. */
function isWithinReach(window: Bounds, area: Bounds): boolean {
  const left = Math.max(window.x, area.x);
  const right = Math.min(window.x + window.width, area.x + area.width);
  return (
    right - left >= GRASP && window.y >= area.y - GRASP && window.y < area.y + area.height - GRASP
  );
}

const within = (value: number, least: number, most: number): number =>
  Math.max(least, Math.min(value, Math.max(least, most)));
