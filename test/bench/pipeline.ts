/** Throughput from memory: what the archive and its encryption cost beside zstd alone. */
import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';
import { constants, zstdCompress } from 'node:zlib';
import { encryptAge, generateIdentity, packArchive } from '@holdfast/archive';
import { generateSample } from '@holdfast/sample-data';
import { table, type Row } from './measure.ts';

const compress = promisify(zstdCompress);
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

async function zstdAlone(raw: Buffer): Promise<void> {
  let at = 0;
  const worker = async (): Promise<void> => {
    while (at < raw.length) {
      const chunk = raw.subarray(at, (at += CHUNK_BYTES));
      await compress(chunk, {
        chunkSize: 128 * 1024,
        pledgedSrcSize: chunk.length,
        params: { [constants.ZSTD_c_compressionLevel]: 3, [constants.ZSTD_c_minMatch]: 6 },
      });
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() + 1 }, worker));
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
