import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { startS3Server } from '../../test/s3-server.ts';

const run = promisify(execFile);
const MIB = 1 << 20;
type Measured = { readonly bytes: number; readonly growthBytes: number };

test('memory does not grow with the object', async () => {
  const server = await startS3Server();
  const options = JSON.stringify({ ...server.options, partBytes: 8 * MIB });
  // In a process of its own: neither the server's memory nor another test's garbage must count.
  const script = fileURLToPath(new URL('../../test/measure-s3.ts', import.meta.url));
  const measure = async (sizeMib: number): Promise<{ readonly put: Measured; readonly get: Measured }> =>
    JSON.parse((await run(process.execPath, [script, options, String(sizeMib)])).stdout) as never; // the script's own
  const small = await measure(60);
  const large = await measure(300);
  await server.close();
  expect([large.put.bytes, large.get.bytes]).toEqual([300 * MIB, 300 * MIB]);
  // Three parts, and what HTTP has on its way.
  expect(large.put.growthBytes).toBeLessThan(64 * MIB);
  expect(large.get.growthBytes).toBeLessThan(80 * MIB);
  expect(large.put.growthBytes - small.put.growthBytes).toBeLessThan(24 * MIB);
  expect(large.get.growthBytes - small.get.growthBytes).toBeLessThan(40 * MIB);
});
