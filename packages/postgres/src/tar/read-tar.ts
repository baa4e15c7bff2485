import type { PulledBytes } from '../bytes/pulled-bytes.ts';
import { PostgresError } from '../postgres-error.ts';
import { isDumpFile } from './dump-files.ts';
import { BLOCK_BYTES, decodeHeader, paddingOf, quoted, refused, type TarEntry } from './header.ts';

const MAX_PIECE_BYTES = 1 << 20;

/** `body` is read before the next file is asked for; what is left of it is passed over then. */
export type TarFile = TarEntry & { readonly body: AsyncIterable<Buffer> };

/**
 * The files of a tar that a parallel dump wrote, in its order, in any pieces. Takes what pg_dump's directory format is
 * made of and nothing else: no folders, no links, no other names, no name twice. Ends when the source has ended, which
 * may have to say something of itself there. Throws invalid_backup, or archive_truncated when the end is missing.
 */
export async function* readTar(
  bytes: PulledBytes,
  options: { readonly maxBytes: number },
): AsyncGenerator<TarFile> {
  const seen = new Set<string>();
  let room = options.maxBytes;
  for (;;) {
    const entry = decodeHeader(await exactly(bytes, BLOCK_BYTES));
    if (entry === 'end') break;
    const { name, sizeBytes } = entry;
    if (!isDumpFile(name)) throw refused(`a file of the name ${quoted(name)}`);
    if (seen.has(name)) throw refused(`${name} twice`);
    room -= sizeBytes;
    if (room < 0) throw refused(`more than the ${options.maxBytes} bytes that it may`);
    seen.add(name);
    let left = sizeBytes;
    async function* body(): AsyncGenerator<Buffer> {
      while (left > 0) {
        const piece = await bytes.some(Math.min(left, MAX_PIECE_BYTES));
        if (piece.length === 0) throw endsTooEarly();
        left -= piece.length;
        yield piece;
      }
    }
    yield { name, sizeBytes, body: body() };
    const rest = left + paddingOf(sizeBytes);
    if ((await bytes.skip(rest)) < rest) throw endsTooEarly();
  }
  await expectZeros(bytes);
}

/** The second block of zeros, and what tar programs fill their last record with. */
async function expectZeros(bytes: PulledBytes): Promise<void> {
  let isZero = (await exactly(bytes, BLOCK_BYTES)).every((byte) => byte === 0);
  for (let more = await bytes.some(MAX_PIECE_BYTES); more.length > 0;) {
    isZero &&= more.every((byte) => byte === 0);
    more = await bytes.some(MAX_PIECE_BYTES);
  }
  if (!isZero) throw refused('something behind its end');
}

async function exactly(bytes: PulledBytes, count: number): Promise<Buffer> {
  const taken = await bytes.take(count);
  if (taken.length < count) throw endsTooEarly();
  return taken;
}

const endsTooEarly = (): PostgresError =>
  new PostgresError('archive_truncated', 'The tar of the dump ends too early; take another backup.');
