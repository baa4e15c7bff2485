import { hash } from 'node:crypto';
import { ArchiveError } from '../archive-error.ts';
import { FORMAT_VERSION, uuidAt } from './header.ts';

const TAG = 'HFFOOTER';
const CHECKED_BYTES = 160;
/** Fixed, so that a reader finds the footer from the end of the file. */
export const FOOTER_PAYLOAD_BYTES = CHECKED_BYTES + 32;

export type Footer = {
  readonly archiveId: string;
  readonly segments: number;
  readonly chunks: number;
  readonly rawBytes: number;
  /** Stored bytes before the footer: where it begins. */
  readonly bodyBytes: number;
  /** Where the last index segment begins; 0 when there is none. */
  readonly lastSegmentAt: number;
  /** Over the sha256s of all chunks. */
  readonly rawSha256: string;
  /** Over the payloads of the header and of all index segments. */
  readonly metaSha256: string;
  /** Over all stored bytes before the footer: also what decoders overlook cannot change unseen. */
  readonly bodySha256: string;
};

export function footerPayload(footer: Footer): Buffer {
  const payload = Buffer.alloc(FOOTER_PAYLOAD_BYTES);
  payload.write(TAG, 0, 'latin1');
  payload.writeUInt32LE(FORMAT_VERSION, 8);
  payload.writeUInt32LE(footer.segments, 12);
  payload.write(footer.archiveId.replaceAll('-', ''), 16, 'hex');
  payload.writeBigUInt64LE(BigInt(footer.chunks), 32);
  payload.writeBigUInt64LE(BigInt(footer.rawBytes), 40);
  payload.writeBigUInt64LE(BigInt(footer.bodyBytes), 48);
  payload.writeBigUInt64LE(BigInt(footer.lastSegmentAt), 56);
  payload.write(footer.rawSha256, 64, 'hex');
  payload.write(footer.metaSha256, 96, 'hex');
  payload.write(footer.bodySha256, 128, 'hex');
  payload.set(hash('sha256', payload.subarray(0, CHECKED_BYTES), 'buffer'), CHECKED_BYTES);
  return payload;
}

export const isFooter = (payload: Buffer): boolean => payload.toString('latin1', 0, TAG.length) === TAG;

/** The hash that a footer ends with, hexadecimal. It depends on every byte of the archive. */
export const footerSha256 = (payload: Buffer): string => payload.toString('hex', CHECKED_BYTES);

/** Throws archive_corrupt: a footer is covered by a hash of its own. */
export function parseFooter(payload: Buffer): Footer {
  const sound =
    payload.length === FOOTER_PAYLOAD_BYTES &&
    isFooter(payload) &&
    payload.readUInt32LE(8) === FORMAT_VERSION &&
    hash('sha256', payload.subarray(0, CHECKED_BYTES), 'buffer').equals(payload.subarray(CHECKED_BYTES));
  if (!sound) throw new ArchiveError('archive_corrupt', 'The footer does not agree with itself.');
  return {
    archiveId: uuidAt(payload, 16),
    segments: payload.readUInt32LE(12),
    chunks: Number(payload.readBigUInt64LE(32)),
    rawBytes: Number(payload.readBigUInt64LE(40)),
    bodyBytes: Number(payload.readBigUInt64LE(48)),
    lastSegmentAt: Number(payload.readBigUInt64LE(56)),
    rawSha256: payload.toString('hex', 64, 96),
    metaSha256: payload.toString('hex', 96, 128),
    bodySha256: payload.toString('hex', 128, 160),
  };
}
