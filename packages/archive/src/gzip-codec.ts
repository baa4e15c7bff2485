import { createHash, hash } from 'node:crypto';
import { promisify } from 'node:util';
import { createGunzip, gzip } from 'node:zlib';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { ArchiveError } from './archive-error.ts';
import type { ArchiveHeader, WriteOptions } from './archive.ts';
import { cutChunks } from './cut-chunks.ts';
import { footerPayload, headerPayload, parseFooter, parseHeader } from './frames.ts';
import { mapInOrder } from './map-in-order.ts';
import type { Counted } from './pack-zstd.ts';

const compress = promisify(gzip);

const FIXED_HEADER = Buffer.from([0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 0xff]);
/** An empty deflate block, then CRC32 and length of nothing. */
const EMPTY_BODY = Buffer.from([3, 0, 0, 0, 0, 0, 0, 0, 0, 0]);

/** An empty gzip member that carries `payload` in the extra field `HF`; gunzip passes over it. */
function member(payload: Buffer): Buffer {
  const extra = Buffer.alloc(6 + payload.length);
  extra.writeUInt16LE(4 + payload.length, 0);
  extra.write('HF', 2, 'latin1');
  extra.writeUInt16LE(payload.length, 4);
  extra.set(payload, 6);
  return Buffer.concat([FIXED_HEADER, extra, EMPTY_BODY]);
}
const memberBytes = (payload: Buffer): number => FIXED_HEADER.length + 6 + payload.length + EMPTY_BODY.length;

const HEADER_BYTES = memberBytes(headerPayload('00000000-0000-0000-0000-000000000000'));
const NOTHING = {
  segments: 0,
  chunks: 0,
  rawBytes: 0,
  lastSegmentAt: 0,
  rawSha256: '00'.repeat(32),
  metaSha256: '00'.repeat(32),
};
const FOOTER_MEMBER_BYTES = memberBytes(footerPayload(NOTHING));

/** header member · one member per chunk · footer member. */
export async function* packGzip(
  source: AsyncIterable<Uint8Array>,
  options: WriteOptions,
  depth: number,
  counted: Counted,
): AsyncGenerator<Uint8Array> {
  const header = headerPayload(options.archiveId);
  const raw = createHash('sha256');
  yield member(header);
  const members = mapInOrder(cutChunks(source), depth, async (chunk) => {
    const sha256 = hash('sha256', chunk.bytes, 'buffer');
    const rawBytes = chunk.bytes.length;
    const bytes = await compress(chunk.bytes, { level: options.level });
    chunk.release();
    return { sha256, rawBytes, bytes };
  });
  for await (const { sha256, rawBytes, bytes } of members) {
    raw.update(sha256);
    counted.rawBytes += rawBytes;
    counted.chunks += 1;
    yield bytes;
  }
  counted.rawSha256 = raw.digest('hex');
  yield member(footerPayload({ ...NOTHING, ...counted, metaSha256: hash('sha256', header, 'hex') }));
}

/** The raw bytes of a gzip archive of ours; ends normally only when its footer agrees with what was read. */
export async function* unpackGzip(
  source: AsyncIterable<Uint8Array>,
  counted: Counted,
  onHeader: (header: ArchiveHeader) => void,
): AsyncGenerator<Uint8Array> {
  const raw = createHash('sha256');
  let tail: Buffer = Buffer.alloc(0);
  let head: Buffer = Buffer.alloc(0);
  let headerPayloadBytes: Buffer = Buffer.alloc(0);
  let ended = false;

  async function* watched(): AsyncGenerator<Uint8Array> {
    for await (const bytes of source) {
      if (head.length < HEADER_BYTES) {
        head = Buffer.concat([head, bytes]).subarray(0, HEADER_BYTES);
        if (head.length === HEADER_BYTES) {
          headerPayloadBytes = payloadOf(head, 'archive_foreign');
          const { version, archiveId } = parseHeader(headerPayloadBytes);
          onHeader({ codec: 'gzip', version, archiveId });
        }
      }
      tail = Buffer.concat([tail, bytes]).subarray(-FOOTER_MEMBER_BYTES);
      yield bytes;
    }
    ended = true;
  }

  const gunzip = createGunzip();
  const feeding = pipeline(Readable.from(watched(), { objectMode: false }), gunzip);
  feeding.catch(() => undefined); // thrown by the reading below
  try {
    for await (const chunk of cutChunks(gunzip as AsyncIterable<Uint8Array>)) {
      raw.update(hash('sha256', chunk.bytes, 'buffer'));
      counted.rawBytes += chunk.bytes.length;
      counted.chunks += 1;
      yield chunk.bytes;
      chunk.release();
    }
    await feeding;
  } catch (cause) {
    throw decodingError(cause, ended);
  }
  counted.rawSha256 = raw.digest('hex');
  assertFooter(tail, counted, headerPayloadBytes);
}

function assertFooter(tail: Buffer, counted: Counted, header: Buffer): void {
  if (header.length === 0)
    throw new ArchiveError('archive_truncated', 'The archive ends before its header is over.');
  const said = parseFooter(payloadOf(tail, 'archive_truncated'));
  const agrees =
    said.chunks === counted.chunks &&
    said.rawBytes === counted.rawBytes &&
    said.rawSha256 === counted.rawSha256 &&
    said.metaSha256 === hash('sha256', header, 'hex');
  if (!agrees)
    throw new ArchiveError('archive_corrupt', 'The footer does not agree with the archive before it.');
}

/** The payload of a member that `member` made; anything else is `otherwise`. */
function payloadOf(bytes: Buffer, otherwise: 'archive_foreign' | 'archive_truncated'): Buffer {
  const length = bytes.length - memberBytes(Buffer.alloc(0));
  const payload =
    length > 0 ? bytes.subarray(FIXED_HEADER.length + 6, FIXED_HEADER.length + 6 + length) : Buffer.alloc(0);
  if (length > 0 && member(payload).equals(bytes)) return Buffer.from(payload);
  throw otherwise === 'archive_foreign'
    ? new ArchiveError('archive_foreign', 'The file is gzip, but has no header of ours.')
    : new ArchiveError('archive_truncated', 'The archive ends without its footer.');
}

function decodingError(cause: unknown, ended: boolean): unknown {
  const code = (cause as NodeJS.ErrnoException).code ?? ''; // zlib's errors carry one
  if (!code.startsWith('Z_')) return cause;
  return code === 'Z_BUF_ERROR' && ended
    ? new ArchiveError('archive_truncated', 'The archive ends in the middle of a member.', { cause })
    : new ArchiveError('archive_corrupt', 'A member of the archive cannot be decoded.', { cause });
}
