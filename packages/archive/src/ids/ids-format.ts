import { uuidAt, type Ancestor } from '../format/header.ts';
import { IdsError } from './ids-error.ts';
import { FINGERPRINT_BYTES, ID_BYTES } from './index-key.ts';

const TAG = 'HFIDLIST';
const VERSION = 1;
export const HEAD_BYTES = 72;
export const SALT_BYTES = 32;
/** 64 KiB, one GiB of dump: all that a writer holds. */
export const IDS_PER_PIECE = 4096;
/** More than a full piece of ids, or the lineage of 1,300 archives. */
export const MAX_PIECE_BYTES = 1 << 17;
export const PIECE_HEAD_BYTES = 4;
const LAST_BIT = 0x80000000;
const ANCESTOR_BYTES = 48;
const TAIL_BYTES = 16;

export type IdsHead = { readonly archiveId: string; readonly fingerprint: string };

/** `salt`: random. Attempts of one run write archives of the same id, and no two files may share a key. */
export function headOf({ archiveId, fingerprint }: IdsHead, salt: Uint8Array): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  head.write(TAG, 0, 'latin1');
  head.writeUInt8(VERSION, 8);
  head.write(archiveId.replaceAll('-', ''), 16, 'hex');
  head.write(fingerprint, 32, 'hex');
  head.set(salt, 40);
  return head;
}

/** Throws archive_foreign, archive_unsupported. What is in it is proved only by a piece that opens. */
export function parseHead(head: Buffer): IdsHead {
  if (head.toString('latin1', 0, TAG.length) !== TAG)
    throw new IdsError('archive_foreign', 'It is no file of chunk ids.');
  const version = head.readUInt8(8);
  if (version !== VERSION)
    throw new IdsError('archive_unsupported', `The chunk ids are of format ${version}, not ${VERSION}.`);
  return { archiveId: uuidAt(head, 16), fingerprint: head.toString('hex', 32, 32 + FINGERPRINT_BYTES) };
}

/** What stands before each piece: its length, and whether it is the last. The nonce vouches for both. */
export function pieceHead(sealedBytes: number, isLast: boolean): Buffer {
  const head = Buffer.alloc(PIECE_HEAD_BYTES);
  head.writeUInt32LE((isLast ? LAST_BIT : 0) + sealedBytes);
  return head;
}

export function parsePieceHead(head: Buffer): { readonly sealedBytes: number; readonly isLast: boolean } {
  const value = head.readUInt32LE(0);
  return { sealedBytes: value % LAST_BIT, isLast: value >= LAST_BIT };
}

/** As in an age payload: so no piece passes for another, nor for the last one. */
export function pieceNonce(index: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUIntBE(index, 5, 6);
  nonce.writeUInt8(isLast ? 1 : 0, 11);
  return nonce;
}

/** What the last piece says: how much there was before it, and what a child of the archive has to name. */
export type IdsTail = {
  readonly chunks: number;
  readonly rawBytes: number;
  /** The archive itself and what it builds on, nearest first. */
  readonly lineage: readonly Ancestor[];
};

export function tailPayload({ chunks, rawBytes, lineage }: IdsTail): Buffer {
  const payload = Buffer.alloc(TAIL_BYTES + lineage.length * ANCESTOR_BYTES);
  payload.writeBigUInt64LE(BigInt(chunks), 0);
  payload.writeBigUInt64LE(BigInt(rawBytes), 8);
  lineage.forEach(({ archiveId, footerSha256 }, index) => {
    const at = TAIL_BYTES + index * ANCESTOR_BYTES;
    payload.write(archiveId.replaceAll('-', ''), at, 'hex');
    payload.write(footerSha256, at + 16, 'hex');
  });
  return payload;
}

/** Throws archive_corrupt. */
export function parseTail(payload: Buffer): IdsTail {
  const count = (payload.length - TAIL_BYTES) / ANCESTOR_BYTES;
  if (!Number.isInteger(count) || count < 1)
    throw new IdsError('archive_corrupt', 'The end of the chunk ids has the wrong length.');
  return {
    chunks: Number(payload.readBigUInt64LE(0)),
    rawBytes: Number(payload.readBigUInt64LE(8)),
    lineage: Array.from({ length: count }, (_, index) => {
      const at = TAIL_BYTES + index * ANCESTOR_BYTES;
      return { archiveId: uuidAt(payload, at), footerSha256: payload.toString('hex', at + 16, at + 48) };
    }),
  };
}

/** Of ids in a piece. Throws archive_corrupt for a length that none has. */
export function idsIn(piece: Buffer): number {
  const ids = piece.length / ID_BYTES;
  if (Number.isInteger(ids) && ids >= 1 && ids <= IDS_PER_PIECE) return ids;
  throw new IdsError('archive_corrupt', 'A piece of the chunk ids has the wrong length.');
}
