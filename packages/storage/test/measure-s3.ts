import { openS3Storage, type S3Options } from '../src/index.ts';

// node test/measure-s3.ts '<options as JSON>' [MiB=300]: puts that much, reads it, and tells speed and memory as JSON.
const [options = '', sizeMib = '300'] = process.argv.slice(2);
const storage = await openS3Storage(JSON.parse(options) as S3Options); // the test's own
const PIECE_BYTES = 65_536;
const piece = Buffer.alloc(PIECE_BYTES, 'holdfast');
const sizeBytes = Number(sizeMib) << 20;
const key = `measured/${sizeMib}`;
let peak = 0;
const look = (): void => void (peak = Math.max(peak, process.memoryUsage.rss()));

/** As a pipe gives it. */
async function* dump(): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < sizeBytes; at += PIECE_BYTES) {
    yield piece;
    look();
  }
}

async function measure(work: () => Promise<number>): Promise<unknown> {
  const before = { rss: process.memoryUsage.rss(), cpu: process.cpuUsage(), at: performance.now() };
  peak = before.rss;
  const bytes = await work();
  const { user, system } = process.cpuUsage(before.cpu);
  return {
    bytes,
    growthBytes: peak - before.rss,
    megabytesPerSecond: Math.round(bytes / 1e3 / (performance.now() - before.at)),
    megabytesPerCpuSecond: Math.round(bytes / (user + system)),
  };
}

const put = await measure(async () => (await storage.put(key, dump())).sizeBytes);
const get = await measure(async () => {
  let bytes = 0;
  for await (const { length } of storage.get(key)) {
    bytes += length;
    look();
  }
  return bytes;
});
process.stdout.write(`${JSON.stringify({ put, get })}\n`);
