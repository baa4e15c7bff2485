import { expect, test } from 'vitest';
import { feedChild } from './feed-child.ts';
import { startChild } from './start-child.ts';

const PIECE_BYTES = 256 * 1024;

test('memory stays flat however much is fed', async () => {
  const controller = new AbortController();
  const child = startChild({
    file: '/bin/sh',
    args: ['-c', 'exec cat > /dev/null'],
    environment: { PATH: '/bin:/usr/bin' },
    signal: controller.signal,
    stdin: 'pipe',
  });
  let peakBytes = 0;
  const source = (async function* () {
    for (let piece = 0; piece < 2_000; piece += 1) {
      yield Buffer.allocUnsafeSlow(PIECE_BYTES);
      peakBytes = Math.max(peakBytes, process.memoryUsage().arrayBuffers);
    }
  })();
  const end = await feedChild(child, source, { stop: (reason) => controller.abort(reason) });
  expect(end.code).toBe(0);
  // Half of the 500 MB that went through: far above what waits for the collector, far below what a leak keeps.
  expect(peakBytes).toBeLessThan(250e6);
});
