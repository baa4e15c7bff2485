import { StorageError } from './storage-error.ts';

/** `work`, then `dispose`. When both fail, the work's failure is the cause and decides the code. */
export async function thenDispose<T>(dispose: () => Promise<void>, work: () => Promise<T>): Promise<T> {
  let result: T;
  try {
    result = await work();
  } catch (error) {
    await dispose().catch((disposing: unknown) => {
      const message = `${messageOf(error)} What is unfinished could not be removed either: ${messageOf(disposing)}`;
      throw error instanceof StorageError
        ? new StorageError(error.code, message, { cause: error, isTransient: error.isTransient })
        : new AggregateError([error, disposing], message, { cause: error });
    });
    throw error;
  }
  await dispose();
  return result;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
