import { createHash } from 'node:crypto';
import { failureOf, HoldfastError, type ForeignBackup } from '@holdfast/contracts';
import { assertPlainName } from '../repository/plain-name.ts';
import type { Repository } from '../repository/repository.ts';
import { findForeign, lookUp, removeForeign } from './foreign-files.ts';
import { planUploadName } from './plan-upload.ts';
import { sniff, SNIFF_BYTES } from './sniff.ts';
import { writeNote } from './upload-note.ts';

export type Upload = {
  /** As the client calls it. */
  readonly filename: string;
  readonly source: AsyncIterable<Uint8Array>;
  readonly maxBytes: number;
  readonly by: string;
  readonly at: Date;
  readonly signal: AbortSignal;
  /** Asked for when the file has come: a client may send it behind the file. */
  readonly description: () => Promise<string>;
};

/**
 * Stores a file that somebody sends, at the repository's root, as it comes. It is there when all of it came, or not at all.
 * Throws path_refused, name_taken, payload_too_large, archive_foreign, archive_truncated, archive_corrupt.
 */
export async function receiveUpload(repository: Repository, upload: Upload): Promise<ForeignBackup> {
  const { storage } = repository;
  const { maxBytes, signal } = upload;
  assertPlainName(upload.filename);
  const bytes = upload.source[Symbol.asyncIterator]();
  const pieces: Uint8Array[] = [];
  let sizeBytes = 0;
  let isWhole = false;
  const next = async (): Promise<Uint8Array | undefined> => {
    signal.throwIfAborted();
    const step = await bytes.next();
    isWhole = step.done === true;
    if (step.done) return undefined;
    sizeBytes += step.value.length;
    if (sizeBytes > maxBytes)
      throw new HoldfastError(
        'payload_too_large',
        `The file has more than ${maxBytes} bytes; raise BACKUP_UPLOAD_MAX_SIZE, or put it into the repository's folder yourself.`,
      );
    return step.value;
  };
  for (let piece = await next(); piece; piece = await next()) {
    pieces.push(piece);
    if (sizeBytes >= SNIFF_BYTES) break;
  }
  const filename = planUploadName(upload.filename, await sniff(Buffer.concat(pieces), isWhole));
  await assertFree(repository, filename);

  const hash = createHash('sha256');
  async function* body(): AsyncGenerator<Uint8Array> {
    for (let piece = pieces.shift() ?? (await next()); piece; piece = pieces.shift() ?? (await next())) {
      hash.update(piece);
      yield piece;
    }
  }
  await storage.put(filename, body(), { signal });
  try {
    await writeNote(storage, filename, {
      noteVersion: 1,
      description: await upload.description(),
      uploadedAt: upload.at.toISOString(),
      uploadedBy: upload.by,
      sizeBytes,
      sha256: hash.digest('hex'),
    });
    return await findForeign(storage, filename);
  } catch (error) {
    await removeForeign(storage, { key: filename, sizeBytes });
    throw error;
  }
}

/** Throws name_taken where the name already finds something. */
export async function assertFree(repository: Repository, name: string): Promise<void> {
  try {
    await lookUp(repository, name);
  } catch (error) {
    if (failureOf(error).code === 'backup_not_found') return;
    throw error;
  }
  throw new HoldfastError(
    'name_taken',
    `A backup "${name}" already exists; choose another name or delete it first.`,
  );
}
