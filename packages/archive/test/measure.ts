import { packArchive, unpackArchive, type Codec } from '../src/index.ts';
import { ARCHIVE_ID } from './archives.ts';
import { copyText } from './bytes.ts';

// node test/measure.ts pack|unpack zstd|gzip|none [MiB=1000] [level=3]: speed and memory, as one line of JSON.
const [verb = 'pack', codecName = 'zstd', sizeMib = '1000', level = '3'] = process.argv.slice(2);
const codec = codecName as Codec; // an unknown one is refused by packArchive
const BLOCK_BYTES = 4 << 20; // small, so that what is measured is not hidden in memory used to make it
const PIECE_BYTES = 65_536;
const block = copyText(BLOCK_BYTES);
const rawBytes = Number(sizeMib) << 20;

/** The block again and again, as a pipe gives it. */
async function* dump(length: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < length; at += PIECE_BYTES) {
    const from = at % BLOCK_BYTES;
    yield block.subarray(from, from + Math.min(PIECE_BYTES, length - at));
  }
}
const packed = (): AsyncIterable<Uint8Array> =>
  packArchive(dump(rawBytes), { codec, level: Number(level), archiveId: ARCHIVE_ID }).bytes;

let input = packed();
if (verb === 'unpack') {
  // From memory, in the pieces that storage gives; kept small by being as compressed as it will be.
  const pieces: Uint8Array[] = [];
  for await (const bytes of input) pieces.push(bytes);
  const file = Buffer.concat(pieces.splice(0));
  const stored = (async function* () {
    for (let at = 0; at < file.length; at += 1 << 20) yield file.subarray(at, at + (1 << 20));
  })();
  input = unpackArchive(stored, { codec }).bytes;
}

const before = { rss: process.memoryUsage.rss(), cpu: process.cpuUsage(), at: performance.now() };
let peak = before.rss;
let outputBytes = 0;
let pieces = 0;
for await (const bytes of input) {
  outputBytes += bytes.length;
  pieces += 1;
  if (pieces % 16 === 0) peak = Math.max(peak, process.memoryUsage.rss());
}
const seconds = (performance.now() - before.at) / 1000;
const { user, system } = process.cpuUsage(before.cpu);
const perSecond = (duration: number): number => Math.round(rawBytes / 1e6 / duration);
process.stdout.write(
  `${JSON.stringify({
    rawBytes,
    outputBytes,
    growthBytes: peak - before.rss,
    peakMib: Math.round(peak / (1 << 20)),
    megabytesPerSecond: perSecond(seconds),
    megabytesPerCpuSecond: perSecond((user + system) / 1e6),
  })}\n`,
);
