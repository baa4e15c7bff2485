import type { Child, ChildEnd } from './start-child.ts';

export type FeedOptions = {
  /** Ends the child, whose source failed: it must not take a broken source for a whole one. */
  readonly stop: (reason: Error) => void;
  /** Bytes written so far. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
  /** [true] What a child that ended well left unread is read too: a source may check itself at its end. */
  readonly readToEnd?: boolean;
};

/**
 * Writes `source` into the child's stdin at the child's pace, then waits for its end. A child may stop reading early;
 * its own end tells why. The source's error wins over whatever it causes in the child.
 */
export async function feedChild(
  child: Child,
  source: AsyncIterable<Uint8Array>,
  options: FeedOptions,
): Promise<ChildEnd> {
  const iterator = source[Symbol.asyncIterator]();
  let isOver = false;
  const take = async (): Promise<Uint8Array | undefined> => {
    try {
      const step = await iterator.next();
      isOver = step.done === true;
      return step.done ? undefined : step.value;
    } catch (cause) {
      isOver = true;
      throw new SourceFailure(cause);
    }
  };
  try {
    const pending = await feed(child, take, options.onBytes);
    const end = await child.ended;
    if (options.readToEnd === false || end.code !== 0) return end;
    await Promise.all(pending);
    for (let rest = isOver ? undefined : await take(); rest;) rest = await take();
    return end;
  } catch (error) {
    if (!(error instanceof SourceFailure)) throw error;
    const cause = error.cause instanceof Error ? error.cause : new Error(String(error.cause));
    options.stop(cause);
    await child.ended.catch(() => undefined); // the source's error is the one to tell
    throw cause;
  } finally {
    // Not awaited: a stuck source would hold us. What it still has to say concerns nobody.
    if (!isOver) void Promise.resolve(iterator.return?.()).catch(() => undefined);
  }
}

class SourceFailure extends Error {
  constructor(cause: unknown) {
    super('the source failed', { cause });
  }
}

/** Until the source is over or the child deaf; answers what was still awaited then (in a list, so that it is not awaited here). */
async function feed(
  child: Child,
  take: () => Promise<Uint8Array | undefined>,
  onBytes: FeedOptions['onBytes'],
): Promise<Promise<unknown>[]> {
  const { stdin } = child;
  if (!stdin) throw new Error('feedChild needs a child with stdin');
  const deafness = { isThere: false };
  let hearDeafness = (): void => undefined;
  const noMore = (): void => {
    deafness.isThere = true;
    hearDeafness();
  };
  // EPIPE is the child's way of saying that it has read enough or is gone; its exit says which.
  stdin.on('error', noMore).on('close', noMore);
  void child.ended.then(noMore, noMore);
  // A promise of its own for each wait: one for deafness, raced against every piece, would keep all of them in memory.
  const orDeaf = <T>(wait: Promise<T>): Promise<T | 'deaf'> =>
    new Promise((resolve, reject) => {
      hearDeafness = () => resolve('deaf');
      wait.then(resolve, reject);
      if (deafness.isThere) resolve('deaf');
    });
  let fed = 0;
  while (!deafness.isThere) {
    const taking = take();
    taking.catch(() => undefined); // heard by whoever awaits it below or later
    const bytes = await orDeaf(taking);
    if (bytes === 'deaf') return [taking];
    if (!bytes) break;
    fed += bytes.length;
    if (!stdin.write(bytes)) await orDeaf(drained(stdin));
    onBytes?.(fed);
  }
  stdin.end();
  return [];
}

const drained = (stdin: NodeJS.WritableStream): Promise<void> =>
  new Promise((resolve) => {
    stdin.once('drain', resolve);
  });
