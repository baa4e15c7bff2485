/** Throughput from memory: what the archive and its encryption cost beside zstd alone. */
import { availableParallelism } from 'node:os';
import { constants, createZstdCompress } from 'node:zlib';
import { encryptAge, generateIdentity, packArchive } from '@holdfast/archive';
import { generateSample } from '@holdfast/sample-data';
import { table, type Row } from './measure.ts';

const CHUNK_BYTES = 256 * 1024;

export async function benchPipeline(megabytes: number): Promise<string> {
  const raw = await sampleText(megabytes);
  const { recipient } = await generateIdentity();
  const alone = await best(raw.length, () => zstdAlone(raw));
  const packed = await best(raw.length, () => pack(raw));
  const encrypted = await best(raw.length, () => pack(raw, recipient));
  const cores = availableParallelism();
  const rows: Row[] = [
    { what: `zstd 3 alone, 256 KiB at a time, all ${cores} cores busy`, figure: `${alone} MB/s` },
    {
      what: 'chunks, hashes, zstd 3, index',
      figure: `${packed} MB/s, ${(packed / alone).toFixed(2)} ×`,
    },
    {
      what: 'the same, encrypted',
      figure: `${encrypted} MB/s, ${(encrypted / alone).toFixed(2)} ×`,
      goal: '≥ 0.70 × with all cores busy',
      holds: encrypted / alone >= 0.7,
    },
  ];
  return table(
    `The archive from memory, ${Math.round(raw.length / 1e6)} MB of the sample's SQL, best of 3`,
    rows,
  );
}

async function sampleText(megabytes: number): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of generateSample({ megabytes, seed: 1 })) parts.push(part);
  return Buffer.concat(parts);
}

async function best(bytes: number, work: () => Promise<void>): Promise<number> {
  let seconds = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 3; round += 1) {
    const startedAt = performance.now();
    await work();
    seconds = Math.min(seconds, (performance.now() - startedAt) / 1_000);
  }
  return Math.round(bytes / 1e6 / seconds);
}

/** As quick as Node's zstd can be: contexts that go on from chunk to chunk, each write flushed as a frame. */
async function zstdAlone(raw: Buffer): Promise<void> {
  let at = 0;
  const lane = async (): Promise<void> => {
    const stream = createZstdCompress({
      flush: constants.ZSTD_e_end,
      chunkSize: 4 * 1024 * 1024,
      params: { [constants.ZSTD_c_compressionLevel]: 3, [constants.ZSTD_c_minMatch]: 6 },
    }).resume();
    while (at < raw.length) {
      const chunk = raw.subarray(at, (at += CHUNK_BYTES));
      await new Promise<void>((done, fail) => {
        stream.write(chunk, (error) => (error ? fail(error) : done()));
      });
    }
    stream.destroy();
  };
  await Promise.all(Array.from({ length: availableParallelism() + 1 }, lane));
}

async function pack(raw: Buffer, recipient?: string): Promise<void> {
  const pieces = (async function* () {
    for (let at = 0; at < raw.length; at += CHUNK_BYTES / 2) yield raw.subarray(at, at + CHUNK_BYTES / 2);
  })();
  const { bytes } = packArchive(pieces, {
    codec: 'zstd',
    level: 3,
    archiveId: '0198c0de-f00d-7000-8000-00000000cafe',
  });
  for await (const piece of recipient === undefined ? bytes : encryptAge(bytes, [recipient]))
    if (piece.length === 0) throw new Error('an empty piece');
}
