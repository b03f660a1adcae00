import { type BenchClient } from '#core/bench';
import { type TrustView } from '#core/contract';
import { trustOf } from './certificates.ts';
import { type Output } from './output.ts';

/**
 * Tells what a person should know before relying on this bench's trust, such as a CA that had to
 * be made anew: at once, and each thing that turns up while the command runs. Whoever is done
 * calls what it resolves to, which tells the rest.
 */
export async function tellNotices(
  client: BenchClient,
  output: Output,
  signal: AbortSignal,
): Promise<() => Promise<void>> {
  const told = new Set<string>();
  const tell = ({ notices }: TrustView): void => {
    for (const { code, reason, next } of notices) {
      const key = `${code} ${reason}`;
      if (told.has(key)) continue;
      told.add(key);
      output.note({ event: 'notice', code, reason, next }, `${code}: ${reason}\n  next: ${next}`);
    }
  };
  tell(await trustOf(client));
  const done = new AbortController();
  const either = AbortSignal.any([signal, done.signal]);
  const following = (async () => {
    for await (const frame of await client.trust.watch(undefined, { signal: either })) {
      frame.upserts.forEach(tell);
    }
  })().catch(() => undefined);
  return async () => {
    // The command may have failed because its bench did; that is told elsewhere.
    if (!signal.aborted) await trustOf(client).then(tell, () => undefined);
    done.abort();
    await following;
  };
}
