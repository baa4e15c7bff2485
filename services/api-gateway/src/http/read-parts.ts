import { HoldfastError } from '@holdfast/contracts';
import type { FastifyRequest } from 'fastify';

/** One part of a multipart form: a field, or a file whose bytes come as they are asked for. */
export type Part =
  | { readonly name: string; readonly value: string; readonly bytes?: undefined }
  | {
      readonly name: string;
      readonly filename: string | undefined;
      readonly bytes: AsyncIterable<Uint8Array>;
    };

/** How long a client may send nothing while we wait for it. */
const SILENCE_LIMIT_MS = 60_000;
const MAX_FIELD_BYTES = 65_536;
const MAX_FIELDS = 20;

/**
 * The parts of a multipart body, in their order, each to be read to its end before the next. A file left unread is let go:
 * the answer comes at once, and what the client still sends is dropped. Throws invalid_request, timed_out.
 */
export async function* readParts(request: FastifyRequest, limitMs = SILENCE_LIMIT_MS): AsyncGenerator<Part> {
  if (!request.isMultipart())
    throw new HoldfastError(
      'invalid_request',
      'This route takes a form; send multipart/form-data with a part "file".',
    );
  const limits = {
    fileSize: Number.POSITIVE_INFINITY, // whoever reads it counts
    fieldSize: MAX_FIELD_BYTES,
    fields: MAX_FIELDS,
    files: 2, // one more than anybody wants, so that it can be told
  };
  const parts = request.parts({ limits });
  for (;;) {
    const step = await unlessSilent(told(parts.next()), limitMs);
    if (step.done) return;
    const part = step.value;
    if (part.type === 'field') {
      if (part.valueTruncated || typeof part.value !== 'string')
        throw new HoldfastError('invalid_request', `The field "${part.fieldname}" is too long or no text.`);
      yield { name: part.fieldname, value: part.value };
      continue;
    }
    const bytes = part.file.iterator({ destroyOnReturn: false }) as AsyncIterableIterator<Uint8Array>; // no encoding is set
    try {
      yield { name: part.fieldname, filename: part.filename, bytes: read(bytes, limitMs) };
    } finally {
      part.file.resume();
    }
  }
}

async function* read(bytes: AsyncIterableIterator<Uint8Array>, limitMs: number): AsyncGenerator<Uint8Array> {
  for (;;) {
    const step = await unlessSilent(told(bytes.next()), limitMs);
    if (step.done) return;
    yield step.value;
  }
}

/** What the parser complains of, in our code. */
async function told<T>(waiting: Promise<T>): Promise<T> {
  try {
    return await waiting;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new HoldfastError(
      'invalid_request',
      `The form could not be read to its end (${reason.replace(/\.$/, '')}); send it again.`,
      { cause },
    );
  }
}

/** The limit counts only while we wait: a slow storage is not the client's fault. */
async function unlessSilent<T>(waiting: Promise<T>, limitMs: number): Promise<T> {
  const silence = Promise.withResolvers<never>();
  const timer = setTimeout(
    () =>
      silence.reject(
        new HoldfastError(
          'timed_out',
          `The client sent nothing for ${limitMs / 1_000} s; send the file again.`,
        ),
      ),
    limitMs,
  );
  try {
    return await Promise.race([waiting, silence.promise]);
  } finally {
    clearTimeout(timer);
  }
}
