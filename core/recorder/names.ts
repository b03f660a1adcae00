import type { Origin } from './batch.ts';

/** Names known before the numbering begins anew; a flood of topics must not fill the memory. */
const NAMES_LIMIT = 131_072;
const CHARACTERS_LIMIT = 16 * 1_048_576;

/** Numbers for topics and origins, from 1; 0 is no topic. Each name crosses to the writer once. */
export interface Names {
  generation(): number;
  /** True when the next names should come under a new generation. */
  isFull(): boolean;
  restart(): void;
  topic(name: string, tell: (name: string) => void): number;
  origin(source: string, client: string | null, tell: (origin: Origin) => void): number;
}

export function createNames(): Names {
  let generation = 0;
  let characters = 0;
  let origins = 0;
  const topicIds = new Map<string, number>();
  const clientIds = new Map<string, Map<string | null, number>>();

  return {
    generation: () => generation,
    isFull: () =>
      topicIds.size >= NAMES_LIMIT || origins >= NAMES_LIMIT || characters >= CHARACTERS_LIMIT,
    restart() {
      generation += 1;
      characters = 0;
      origins = 0;
      topicIds.clear();
      clientIds.clear();
    },
    topic(name, tell) {
      if (name === '') return 0;
      const known = topicIds.get(name);
      if (known !== undefined) return known;
      const id = topicIds.size + 1;
      topicIds.set(name, id);
      characters += name.length;
      tell(name);
      return id;
    },
    origin(source, client, tell) {
      const clients = clientIds.get(source) ?? new Map<string | null, number>();
      if (clients.size === 0) clientIds.set(source, clients);
      const known = clients.get(client);
      if (known !== undefined) return known;
      origins += 1;
      clients.set(client, origins);
      characters += source.length + (client?.length ?? 0);
      tell([source, client]);
      return origins;
    },
  };
}
