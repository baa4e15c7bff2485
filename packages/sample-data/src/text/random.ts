/** A repeatable stream of numbers. Not for secrets. */
export type Random = {
  /** 0 to 2³² - 1, all equally likely. */
  bits(): number;
  /** 0 to limit - 1, all equally likely; limit at most 2³². */
  below(limit: number): number;
  /** Any item, all equally likely. */
  pick<T>(items: readonly T[]): T;
  /** Like `below`, but the first numbers far more often than the last. */
  favourBelow(limit: number): number;
  /** Like `pick`, but the first items far more often than the last, as with words in a language. */
  favour<T>(items: readonly T[]): T;
  /** True in `percent` of 100 calls. */
  chance(percent: number): boolean;
};

const SCALE = 2 ** -32;
type Four = [number, number, number, number];

/** One stream per seed and name, so that a table's rows do not change when another table does. Generator: sfc32. */
export function randomFrom(seed: number, name: string): Random {
  // Three words of state and a counter; a typed array, because V8 keeps closed-over numbers several times slower.
  const state = Int32Array.of(seed, Math.floor(seed * SCALE), hashOf(name), 1) as unknown as Four; // read at fixed places
  const bits = (): number => {
    const sum = (state[0] + state[1] + state[3]) | 0;
    state[3] += 1;
    state[0] = state[1] ^ (state[1] >>> 9);
    state[1] = state[2] + (state[2] << 3);
    state[2] = ((state[2] << 21) | (state[2] >>> 11)) + sum;
    return sum >>> 0;
  };
  for (let round = 0; round < 12; round += 1) bits(); // until every bit of the seed has reached every bit of the state
  const below = (limit: number): number => Math.floor(bits() * SCALE * limit);
  const favourBelow = (limit: number): number => {
    const fraction = bits() * SCALE;
    return Math.floor(((fraction + fraction * fraction) / 2) * limit);
  };
  return {
    bits,
    below,
    pick: (items) => itemAt(items, below(items.length)),
    favourBelow,
    favour: (items) => itemAt(items, favourBelow(items.length)),
    chance: (percent) => bits() * SCALE * 100 < percent,
  };
}

function itemAt<T>(items: readonly T[], index: number): T {
  return items[index] as T; // callers stay below the length, and no list here is empty
}

/** FNV-1a. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
