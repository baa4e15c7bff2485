export const MIN_PART_BYTES = 5 << 20;
export const MAX_PARTS = 10_000;
export const MAX_PART_BYTES = 5 * 1024 ** 3;
/**
 * So many parts are alike: some servers (Cloudflare R2) want that of all of them, and a buffer that stays the same is what
 * keeps memory flat. Were they fewer, an object of common size would need large buffers; were they more, the rest would
 * have to grow too steeply.
 */
const ALIKE = 5_000;
const DOUBLES_EVERY = 500;

/**
 * How large the part with this number (from 1) is. How large the object will be nobody knows, and S3 takes 10,000 parts:
 * so the later ones grow. With parts of 16 MiB they are alike up to 78 GiB, and all of them hold 8.8 TiB.
 */
export function planPartBytes(partNumber: number, firstBytes: number): number {
  const doublings = Math.max(0, Math.ceil((partNumber - ALIKE) / DOUBLES_EVERY));
  return Math.min(firstBytes * 2 ** doublings, MAX_PART_BYTES);
}
