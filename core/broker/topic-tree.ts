/**
 * Who subscribed to what, found by topic without looking at every subscription.
 * MQTT 3.1.1 section 4.7.
 */
export class TopicTree {
  readonly #root: Branch = newBranch();

  set(filter: string, clientId: string, qos: number): void {
    let branch = this.#root;
    for (const level of filter.split('/')) {
      let next = branch.below.get(level);
      if (!next) {
        next = newBranch();
        branch.below.set(level, next);
      }
      branch = next;
    }
    branch.clients.set(clientId, qos);
  }

  delete(filter: string, clientId: string): void {
    prune(this.#root, filter.split('/'), 0, clientId);
  }

  /** Client id → the highest QoS among its subscriptions that match. */
  match(topic: string): Map<string, number> {
    const found = new Map<string, number>();
    const levels = topic.split('/');
    // MQTT-4.7.2-1: a leading wildcard does not match a topic that begins with `$`.
    collect(this.#root, levels, 0, found, topic.startsWith('$'));
    return found;
  }
}

type Branch = { below: Map<string, Branch>; clients: Map<string, number> };

function newBranch(): Branch {
  return { below: new Map(), clients: new Map() };
}

function collect(
  branch: Branch,
  levels: readonly string[],
  depth: number,
  found: Map<string, number>,
  literalOnly: boolean,
): void {
  const hash = literalOnly ? undefined : branch.below.get('#');
  if (hash) add(hash, found);
  const level = levels[depth];
  if (level === undefined) {
    add(branch, found);
    return;
  }
  const exact = branch.below.get(level);
  if (exact) collect(exact, levels, depth + 1, found, false);
  const plus = literalOnly ? undefined : branch.below.get('+');
  if (plus) collect(plus, levels, depth + 1, found, false);
}

function add(branch: Branch, found: Map<string, number>): void {
  for (const [clientId, qos] of branch.clients) {
    found.set(clientId, Math.max(qos, found.get(clientId) ?? 0));
  }
}

/** Takes the subscription out, and every branch that nothing needs any more. */
function prune(branch: Branch, levels: readonly string[], depth: number, clientId: string): void {
  const level = levels[depth];
  if (level === undefined) {
    branch.clients.delete(clientId);
    return;
  }
  const next = branch.below.get(level);
  if (!next) return;
  prune(next, levels, depth + 1, clientId);
  if (next.below.size === 0 && next.clients.size === 0) branch.below.delete(level);
}
