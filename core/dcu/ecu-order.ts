import type { z } from 'zod';

type Placed = { readonly ecuId: string; readonly dependsOn: readonly string[] };

/** No two of one name, and an order in which all of them can run. */
export function checkEcus(ecus: readonly Placed[], context: z.core.$RefinementCtx): void {
  const refuse = (path: (string | number)[], message: string): void => {
    context.addIssue({ code: 'custom', message, path, input: undefined });
  };
  const places = new Map<string, number>();
  ecus.forEach(({ ecuId }, index) => {
    if (places.has(ecuId)) refuse([index, 'ecuId'], `two ECUs are called "${ecuId}"`);
    places.set(ecuId, index);
  });
  ecus.forEach(({ dependsOn }, index) => {
    dependsOn.forEach((other, at) => {
      if (!places.has(other)) {
        refuse([index, 'dependsOn', at], `the vehicle has no ECU "${other}"`);
      }
    });
  });
  const circle = circleIn(stuckOf(ecus, places));
  const [first, next] = circle;
  if (first === undefined || next === undefined) return;
  const index = places.get(first) ?? 0;
  const at = ecus[index]?.dependsOn.indexOf(next) ?? 0;
  refuse([index, 'dependsOn', at], `${circle.join(' → ')}: none of them could run first`);
}

/** Those that never come to run, each with what it waits for among them (Kahn, 1962). */
function stuckOf(
  ecus: readonly Placed[],
  places: ReadonlyMap<string, number>,
): ReadonlyMap<string, readonly string[]> {
  const waits = new Map<string, Set<string>>();
  const waitedFor = new Map<string, string[]>();
  for (const { ecuId, dependsOn } of ecus) {
    const known = new Set(dependsOn.filter((other) => places.has(other)));
    waits.set(ecuId, known);
    for (const other of known) {
      const waiting = waitedFor.get(other);
      if (waiting === undefined) waitedFor.set(other, [ecuId]);
      else waiting.push(ecuId);
    }
  }
  const ready = [...waits].filter(([, left]) => left.size === 0).map(([ecuId]) => ecuId);
  for (let ecuId = ready.pop(); ecuId !== undefined; ecuId = ready.pop()) {
    waits.delete(ecuId);
    for (const waiting of waitedFor.get(ecuId) ?? []) {
      const left = waits.get(waiting);
      if (left?.delete(ecuId) === true && left.size === 0) ready.push(waiting);
    }
  }
  return new Map([...waits].map(([ecuId, left]) => [ecuId, [...left]]));
}

/** One circle among ECUs of which each waits for another of them; it ends where it begins. */
function circleIn(stuck: ReadonlyMap<string, readonly string[]>): string[] {
  const way: string[] = [];
  const seen = new Map<string, number>();
  let [at] = stuck.keys();
  while (at !== undefined && !seen.has(at)) {
    seen.set(at, way.length);
    way.push(at);
    [at] = stuck.get(at) ?? [];
  }
  return at === undefined ? [] : [...way.slice(seen.get(at)), at];
}
