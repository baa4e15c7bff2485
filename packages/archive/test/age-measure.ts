import { decryptAge } from '../src/age/decrypt-age.ts';
import { encryptAge } from '../src/age/encrypt-age.ts';
import { rewrapAge } from '../src/age/rewrap-age.ts';
import { ALICE, BOB } from './age-keys.ts';
import { noise } from './bytes.ts';

// node test/age-measure.ts encrypt|decrypt|rewrap|chain [MiB=1000]: speed and memory, as one line of JSON.
const [verb = 'encrypt', sizeMib = '1000'] = process.argv.slice(2);
const BLOCK_BYTES = 4 << 20; // small, so that what is measured is not hidden in memory used to make it
const PIECE_BYTES = 65_536;
const block = noise(BLOCK_BYTES);
const plainBytes = Number(sizeMib) << 20;

async function* plain(): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < plainBytes; at += PIECE_BYTES) {
    const from = at % BLOCK_BYTES;
    yield block.subarray(from, from + PIECE_BYTES);
  }
}

/** From memory, in the pieces that storage gives. */
async function encrypted(): Promise<AsyncIterable<Uint8Array>> {
  const pieces: Uint8Array[] = [];
  for await (const bytes of encryptAge(plain(), [ALICE.recipient])) pieces.push(bytes);
  return (async function* () {
    yield* pieces;
  })();
}

const works: Readonly<Record<string, () => Promise<AsyncIterable<Uint8Array>>>> = {
  encrypt: async () => encryptAge(plain(), [ALICE.recipient]),
  decrypt: async () => decryptAge(await encrypted(), [ALICE.identity]),
  rewrap: async () => rewrapAge(await encrypted(), [ALICE.identity], [BOB.recipient]),
  // All three after one another, with nothing held in memory.
  chain: async () =>
    decryptAge(rewrapAge(encryptAge(plain(), [ALICE.recipient]), [ALICE.identity], [BOB.recipient]), [
      BOB.identity,
    ]),
};
const work = works[verb];
if (!work) throw new RangeError(`${verb} is none of ${Object.keys(works).join(', ')}`);

const output = await work();
const before = { rss: process.memoryUsage.rss(), cpu: process.cpuUsage(), at: performance.now() };
let peak = before.rss;
let outputBytes = 0;
let pieces = 0;
for await (const bytes of output) {
  outputBytes += bytes.length;
  pieces += 1;
  if (pieces % 16 === 0) peak = Math.max(peak, process.memoryUsage.rss());
}
const seconds = (performance.now() - before.at) / 1000;
const { user, system } = process.cpuUsage(before.cpu);
const perSecond = (duration: number): number => Math.round(plainBytes / 1e6 / duration);
process.stdout.write(
  `${JSON.stringify({
    plainBytes,
    outputBytes,
    pieces,
    growthBytes: peak - before.rss,
    megabytesPerSecond: perSecond(seconds),
    megabytesPerCpuSecond: perSecond((user + system) / 1e6),
  })}\n`,
);
