import { failureOf } from '@holdfast/contracts';

/** The body of an answer. A connection that breaks says only that: `broken` makes a failure of it. */
export async function* bytesOf(
  response: Response,
  signal: AbortSignal,
  broken: (cause: unknown) => Error,
): AsyncGenerator<Uint8Array> {
  try {
    for await (const bytes of response.body ?? []) {
      signal.throwIfAborted();
      yield bytes;
    }
  } catch (error) {
    signal.throwIfAborted();
    // What a local connection throws has a code of ours, what a socket says has none.
    throw failureOf(error).code === 'internal' ? broken(error) : error;
  }
}
