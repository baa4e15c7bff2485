import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const run = promisify(execFile);
const MIB = 1 << 20;
type Measured = { readonly growthBytes: number; readonly rawBytes: number };

/** In a process of its own: another test's garbage must not count. */
async function measure(verb: 'pack' | 'unpack', codec: string, sizeMib: number): Promise<Measured> {
  const script = fileURLToPath(new URL('../test/measure.ts', import.meta.url));
  const { stdout } = await run(process.execPath, [script, verb, codec, String(sizeMib)]);
  return JSON.parse(stdout) as Measured; // the script's own answer
}

test.each([
  ['pack', 'zstd'],
  ['pack', 'none'],
  ['unpack', 'zstd'],
] as const)('to %s %s, memory does not grow with the dump', async (verb, codec) => {
  const small = await measure(verb, codec, 100); // enough for the collector to have found its pace
  const large = await measure(verb, codec, 400);
  expect(large.rawBytes).toBe(400 * MIB);
  expect(large.growthBytes).toBeLessThan(120 * MIB);
  expect(large.growthBytes - small.growthBytes).toBeLessThan(40 * MIB);
});
