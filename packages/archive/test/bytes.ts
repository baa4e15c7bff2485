/** A seeded generator (xorshift32): the same numbers for ever, 0 to 2^32 - 1. Fixtures depend on it. */
export function createRandom(seed: number): () => number {
  let state = seed | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

const WORDS = [
  'alpha',
  'bravo',
  'listening',
  'reading',
  'photo',
  'question',
  'answer',
  'score',
  '\\N',
  't',
  'f',
];

/** Lines as COPY writes them, cut to `length` bytes. Compresses about 3 to 1. */
export function copyText(length: number, seed = 1): Buffer {
  const random = createRandom(seed);
  const word = (): string => WORDS[random() % WORDS.length] ?? '';
  const lines: string[] = [];
  let size = 0;
  for (let id = 1; size < length; id += 1) {
    const time = `2026-0${1 + (random() % 9)}-1${random() % 10} 10:2${random() % 10}:11.${random() % 1_000_000}+00`;
    const line = `${id}\t${word()}\t${random()}\t${time}\t${random() % 5}\t${word()} ${word()} ${random().toString(36)}\n`;
    lines.push(line);
    size += line.length;
  }
  return Buffer.from(lines.join(''), 'latin1').subarray(0, length);
}

export function noise(length: number, seed = 1): Buffer {
  const random = createRandom(seed);
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length; at += 1) bytes[at] = random() >>> 24;
  return bytes;
}

export async function collect(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of source) parts.push(part);
  return Buffer.concat(parts);
}

/** `bytes` in pieces of a fixed length. */
export async function* inPieces(bytes: Uint8Array, length = 65_536): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

/** `bytes` in pieces of any length, also of none. */
export async function* inRandomPieces(bytes: Uint8Array, seed: number): AsyncGenerator<Uint8Array> {
  const random = createRandom(seed);
  for (let at = 0; at < bytes.length;) {
    const length = random() % 5 === 0 ? random() % 3 : random() % 200_000;
    yield bytes.subarray(at, at + length);
    at += length;
  }
}
