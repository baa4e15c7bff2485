/**
 * What tells that two chunks are alike although they differ: four maxima over a sample of the rolling hash, each after
 * another linear transform. A change touches few windows of the hash, so most maxima survive it. 0: nothing was sampled.
 */
export type Features = readonly [number, number, number, number];

export const FEATURE_COUNT = 4;
export const FEATURE_BYTES = 4 * FEATURE_COUNT;
export const NO_FEATURES: Features = [0, 0, 0, 0];

/** Odd multipliers (from the golden ratio and the roots of 2, 3 and 5) and offsets, so that the maxima are independent. */
const MULTIPLIERS = [0x9e3779b1, 0xb504f333, 0xddb3d743, 0x8f1bbcdd] as const;
const OFFSETS = [0x7f4a7c15, 0x5851f42d, 0x14057b7e, 0x2545f491] as const;

/** Maxima under construction. Unsigned numbers in fields: faster than an array here, where each byte in 64 comes by. */
export type Maxima = { first: number; second: number; third: number; fourth: number };

export const newMaxima = (): Maxima => ({ first: 0, second: 0, third: 0, fourth: 0 });

export function addSample(maxima: Maxima, hash: number): void {
  const first = (Math.imul(hash, MULTIPLIERS[0]) + OFFSETS[0]) >>> 0;
  const second = (Math.imul(hash, MULTIPLIERS[1]) + OFFSETS[1]) >>> 0;
  const third = (Math.imul(hash, MULTIPLIERS[2]) + OFFSETS[2]) >>> 0;
  const fourth = (Math.imul(hash, MULTIPLIERS[3]) + OFFSETS[3]) >>> 0;
  if (first > maxima.first) maxima.first = first;
  if (second > maxima.second) maxima.second = second;
  if (third > maxima.third) maxima.third = third;
  if (fourth > maxima.fourth) maxima.fourth = fourth;
}

/** What was sampled since the last call. */
export function takeFeatures(maxima: Maxima): Features {
  const features = [maxima.first, maxima.second, maxima.third, maxima.fourth] as const;
  Object.assign(maxima, newMaxima());
  return features;
}
