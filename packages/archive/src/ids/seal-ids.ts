import { randomBytes } from 'node:crypto';
import { seal, TAG_BYTES } from '../age/aead.ts';
import type { ArchiveObserver } from '../archive.ts';
import type { Ancestor } from '../format/header.ts';
import { createHandover } from './handover.ts';
import { headOf, IDS_PER_PIECE, pieceHead, pieceNonce, SALT_BYTES, tailPayload } from './ids-format.ts';
import { ID_BYTES, type IndexKey } from './index-key.ts';

export type IdsWriter = {
  /** For `packArchive`, which waits where `bytes` is not read as fast. */
  readonly observer: ArchiveObserver;
  /** The file. Ends when the archive did. Who stops reading it lets the archive go on. */
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Makes `bytes` end with `error`: the archive failed. */
  fail(error: unknown): void;
};

/** The ids of all chunks of an archive, sealed while it is written. Memory: two pieces of 64 KiB. */
export function sealIds(archiveId: string, key: IndexKey): IdsWriter {
  const { push, end, fail, items } = createHandover<Uint8Array>();
  const head = headOf({ archiveId, fingerprint: key.fingerprint }, randomBytes(SALT_BYTES));
  const fileKey = key.fileKey(head);
  const ids = Buffer.alloc(IDS_PER_PIECE * ID_BYTES);
  let filled = 0;
  let pieces = 0;
  let chunks = 0;
  let rawBytes = 0;

  async function pushPiece(plain: Uint8Array, isLast: boolean): Promise<void> {
    const sealed = seal(fileKey, pieceNonce(pieces, isLast), plain);
    const start = pieces === 0 ? [head] : [];
    pieces += 1;
    await push(Buffer.concat([...start, pieceHead(plain.length + TAG_BYTES, isLast), ...sealed]));
  }
  async function flush(): Promise<void> {
    const plain = ids.subarray(0, filled);
    filled = 0;
    if (plain.length > 0) await pushPiece(plain, false);
  }

  return {
    observer: {
      chunk: async (sha256, length) => {
        ids.set(key.idOf(sha256), filled);
        filled += ID_BYTES;
        chunks += 1;
        rawBytes += length;
        if (filled === ids.length) await flush();
      },
      end: async (lineage: readonly Ancestor[]) => {
        await flush();
        await pushPiece(tailPayload({ chunks, rawBytes, lineage }), true);
        end();
      },
    },
    bytes: items,
    fail,
  };
}
