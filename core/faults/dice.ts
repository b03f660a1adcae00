import { createHash } from 'node:crypto';

/** Choices that a seed decides: the same seed and the same questions have the same answers. */
export type Dice = {
  /** From 0 to `limit` − 1; 0 when there is nothing to choose from. */
  below(limit: number): number;
};

export function seededDice(seed: string): Dice {
  let thrown = 0;
  return {
    below: (limit) => {
      thrown += 1;
      const digest = createHash('sha256').update(`${seed}/${thrown}`).digest();
      // 48 bits: far more than any image has bytes, so that what the modulus favours is nothing.
      return limit < 2 ? 0 : digest.readUIntBE(0, 6) % limit;
    },
  };
}
