/** A topic as it stands now. */
export type TopicView = {
  readonly topic: string;
  /** Messages held. */
  readonly count: number;
  readonly bytes: number;
  /** Messages per second over the last ten seconds. */
  readonly rate: number;
  /** Messages in each of the last 30 two-second steps, oldest first. */
  readonly spark: readonly number[];
  readonly last: {
    readonly id: number;
    readonly at: number;
    readonly size: number;
    readonly preview: string;
    readonly cut: boolean;
  };
};

/** A level of the topic tree: itself a topic, or above topics, or both. */
export type BranchView = {
  /** This level's name; may be empty. */
  readonly level: string;
  /** Whole path to it. */
  readonly path: string;
  /** The topic of this very path, where there is one. */
  readonly own: TopicView | null;
  /** Topics at and below it, and what they hold together. */
  readonly topics: number;
  readonly count: number;
  readonly bytes: number;
  readonly rate: number;
  readonly spark: readonly number[];
  readonly lastAt: number;
  readonly hasBelow: boolean;
};

export type BookCalls = {
  /** By name (UTF-16 order), those that begin with `prefix`, after `after`. */
  topics(query: {
    prefix?: string;
    after?: string;
    limit: number;
  }): Promise<{ topics: TopicView[]; total: number }>;
  /** The levels directly under a path (null: the first level), by name: from `offset`, or `after` one. */
  branches(query: {
    under: string | null;
    after?: string;
    offset?: number;
    limit: number;
  }): Promise<{ branches: BranchView[]; total: number }>;
};
