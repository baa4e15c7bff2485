import type { Random } from './random.ts';
import { Writer } from './writer.ts';

/** Hex digits, two for each of `sizeBytes` (a multiple of 4) that no compressor can shrink. */
export function writeHex(out: Writer, random: Random, sizeBytes: number): void {
  for (let done = 0; done < sizeBytes; done += 4) out.hex(random.bits());
}

const scratch = new Writer();

/** The same as a string. */
export function hexText(random: Random, sizeBytes: number): string {
  writeHex(scratch, random, sizeBytes);
  return scratch.takeText();
}
