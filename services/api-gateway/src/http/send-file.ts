import type { IncomingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import type { Answer } from './handler.ts';
import { attachment } from './content-disposition.ts';
import { parseRange } from './range.ts';

export type FileToSend = {
  readonly filename: string;
  readonly sizeBytes: number;
  /** The same for the same bytes alone; without quotes. */
  readonly etag: string;
  readonly modifiedAt: Date;
  readonly read: (range: { start: number; endExclusive: number }) => AsyncIterable<Uint8Array>;
};

/** Streams a file or one part of it; the client's pace is the storage's pace. */
export function fileAnswer(
  file: FileToSend,
  request: { readonly headers: IncomingHttpHeaders; readonly isHead: boolean },
): Answer<never> {
  const etag = `"${file.etag}"`;
  const common = {
    etag,
    'accept-ranges': 'bytes',
    'last-modified': file.modifiedAt.toUTCString(),
    'content-disposition': attachment(file.filename),
    'content-type': 'application/octet-stream',
    'x-content-type-options': 'nosniff',
  };
  if (request.headers['if-none-match'] === etag) return { status: 304, stream: undefined, headers: common };
  const ifRange = request.headers['if-range'];
  const stillTheSame = ifRange === undefined || ifRange === etag;
  const wanted = parseRange(stillTheSame ? request.headers.range : undefined, file.sizeBytes);
  if (wanted.kind === 'unsatisfiable') {
    const message = `${file.filename} has ${file.sizeBytes} bytes; the range begins after its end.`;
    return {
      failure: { code: 'range_not_satisfiable', message },
      headers: { 'content-range': `bytes */${file.sizeBytes}` },
    };
  }
  const { start, endExclusive } =
    wanted.kind === 'part' ? wanted : { start: 0, endExclusive: file.sizeBytes };
  const headers = {
    ...common,
    'content-length': String(endExclusive - start),
    ...(wanted.kind === 'part'
      ? { 'content-range': `bytes ${start}-${endExclusive - 1}/${file.sizeBytes}` }
      : {}),
  };
  const stream = request.isHead
    ? undefined
    : Readable.from(file.read({ start, endExclusive }), { objectMode: false });
  return { status: wanted.kind === 'part' ? 206 : 200, stream, headers };
}
