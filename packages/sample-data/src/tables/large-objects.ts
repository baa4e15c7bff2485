import type { SamplePlan } from '../plan-sample.ts';
import { writeHex } from '../text/hex.ts';
import { randomFrom } from '../text/random.ts';
import type { Writer } from '../text/writer.ts';
import { FIRST_RECORDING } from './content.ts';

const SILENCE = '80'.repeat(2_048);

/** Writes the recordings: mostly noise that does not compress, with some silence at the end. One statement each. */
export function* largeObjects(out: Writer, plan: SamplePlan, seed: number): Generator<void> {
  const random = randomFrom(seed, 'large objects');
  for (let id = 1; id <= plan.recordings; id += 1) {
    out.text(`SELECT pg_catalog.lo_from_bytea(${FIRST_RECORDING + id}, '\\x`);
    writeHex(out, random, plan.recordingBytes - SILENCE.length / 2);
    out.text(`${SILENCE}');\n`);
    yield;
  }
}
