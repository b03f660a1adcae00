import { type BenchClient } from '#core/bench';
import { type BenchView, type RoleName, type UpdateView } from '#core/contract';
import { unreachable } from '#core/ports';
import { type Output } from './output.ts';

/** The endpoints of the roles that are on, told once. */
export function tellEndpoints(view: BenchView, output: Output): void {
  for (const { role, label, url } of view.endpoints) {
    output.say({ event: 'endpoint', role, label, url }, `  ${label.padEnd(24)} ${url}`);
  }
}

/** Tells every change of a role until the signal. */
export async function tellRoles(
  client: BenchClient,
  output: Output,
  signal: AbortSignal,
): Promise<void> {
  const told = new Map<string, string>();
  const once = (key: string, value: unknown, tell: () => void): void => {
    const text = JSON.stringify(value);
    if (told.get(key) === text) return;
    told.set(key, text);
    tell();
  };
  for await (const frame of await client.bench.watch(undefined, { signal })) {
    for (const view of frame.upserts) {
      for (const role of ['broker', 'backend', 'dcu'] as const) {
        const state = view.roles[role];
        if (state.kind === 'off' && !told.has(role)) continue;
        once(role, state, () => {
          output.say(
            { event: 'role', role, state: state.kind, ...extra(state) },
            words(role, state),
          );
        });
      }
      for (const link of view.links) {
        if (link.state === 'idle') continue;
        once(`link ${link.who}`, link, () => {
          const { who, state, refusal } = link;
          const why = refusal ? ` (${refusal.code}: ${refusal.reason})` : '';
          output.say(
            { event: 'link', who, state, ...(refusal ? { refusal } : {}) },
            state === 'lost' ? `  ${who} lost the broker${why}` : null,
          );
        });
      }
    }
  }
}

type State = BenchView['roles'][RoleName];

function extra(state: State): Record<string, unknown> {
  if (state.kind === 'on') return { detail: state.detail };
  return state.kind === 'failed' ? { refusal: state.refusal } : {};
}

function words(role: RoleName, state: State): string | null {
  switch (state.kind) {
    case 'off':
      return `${role} stopped`;
    case 'starting':
    case 'stopping':
      return null;
    case 'on':
      return `${role.padEnd(8)} ${state.detail}`;
    case 'failed':
      return `${role} failed: ${state.refusal.code}: ${state.refusal.reason}`;
    default:
      return unreachable(state);
  }
}

/** Tells the steps of all updates from now on, until the signal. */
export async function tellUpdates(
  client: BenchClient,
  output: Output,
  signal: AbortSignal,
): Promise<void> {
  const told = new Map<string, number>();
  for await (const frame of await client.updates.watch(undefined, { signal })) {
    for (const update of frame.upserts) {
      if (frame.kind !== 'snapshot') tellSteps(update, told.get(update.updateId) ?? 0, output);
      told.set(update.updateId, update.steps.length);
    }
  }
}

function tellSteps(update: UpdateView, from: number, output: Output): void {
  const { updateId, vin, ecuId, version, foreign } = update;
  for (const { stage, detail, signature, at } of update.steps.slice(from)) {
    output.say(
      {
        event: 'step',
        update: stage,
        updateId,
        vin,
        ecuId,
        version,
        foreign,
        detail,
        signature,
        at,
      },
      `${vin} ${ecuId} ${version}: ${stage} (${detail})`,
    );
  }
}
