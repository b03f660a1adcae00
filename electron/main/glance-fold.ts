import type { BenchView, Frame, UpdateView } from '#core/contract';
import { hasEnded, NOTHING_SEEN, type Glance, type GlanceUpdate } from './glance.ts';

/** Folds the bench's streams into glances, on the side of the core. */
export type GlanceFold = {
  bench(frame: Frame<BenchView>): Glance;
  updates(frame: Frame<UpdateView>): Glance;
};

export function createGlanceFold(): GlanceFold {
  let roles = NOTHING_SEEN.roles;
  let gone: Glance['gone'] = null;
  let running = new Map<string, GlanceUpdate>();
  /** How each update ended that has; one that is rolled back later ends again. */
  const ends = new Map<string, string>();
  const glance = (ended: GlanceUpdate[] = []): Glance => ({
    roles,
    running: [...running.values()],
    ended,
    gone,
  });
  return {
    bench: ({ upserts: [view] }) => {
      if (view !== undefined) {
        const { broker, backend, dcu } = view.roles;
        roles = { broker: broker.kind, backend: backend.kind, dcu: dcu.kind };
        gone = goneOf(view);
      }
      return glance();
    },
    updates: ({ kind, upserts, removed }) => {
      if (kind === 'snapshot') running = new Map();
      for (const updateId of removed) running.delete(updateId);
      const ended: GlanceUpdate[] = [];
      for (const view of upserts) {
        const update = brief(view);
        if (!hasEnded(update.stage)) {
          running.set(update.updateId, update);
          continue;
        }
        running.delete(update.updateId);
        // What had ended before anybody looked is no news.
        if (kind === 'delta' && ends.get(update.updateId) !== update.stage) ended.push(update);
        ends.set(update.updateId, update.stage);
      }
      return glance(ended);
    },
  };
}

/** Each role that ran says it; nothing ends a role for this reason but the folder's going away. */
function goneOf({ roles }: BenchView): Glance['gone'] {
  for (const role of Object.values(roles)) {
    if (role.kind === 'failed' && role.refusal.code === 'WORKSPACE_GONE') return role.refusal;
  }
  return null;
}

function brief(view: UpdateView): GlanceUpdate {
  const { updateId, vin, ecuId, version, stage, progress, paused, createdAt, steps } = view;
  const heardAt = steps.at(-1)?.at ?? createdAt;
  return { updateId, vin, ecuId, version, stage, progress, paused, heardAt };
}
