import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const run = promisify(execFile);
const MIB = 1 << 20;
type Measured = { readonly growthBytes: number; readonly outputBytes: number };

/** In a process of its own: another test's garbage must not count. */
async function measure(sizeMib: number): Promise<Measured> {
  const script = fileURLToPath(new URL('../../test/age-measure.ts', import.meta.url));
  const { stdout } = await run(process.execPath, [script, 'chain', String(sizeMib)]);
  return JSON.parse(stdout) as Measured; // the script's own answer
}

test('encrypted, rewrapped and decrypted: memory does not grow with the content', async () => {
  const small = await measure(50);
  const large = await measure(350);
  expect(large.outputBytes).toBe(350 * MIB);
  expect(large.growthBytes).toBeLessThan(200 * MIB);
  expect(large.growthBytes - small.growthBytes).toBeLessThan(50 * MIB);
});
