import { failureOf, HoldfastError, type ErrorCode, type Failure } from '@holdfast/contracts';
import type { Repository } from '../repository/repository.ts';

/** What another place with the same backup may well do better: the backup is bad or away here, and the work itself is not over. */
const MAY_BE_BETTER_ELSEWHERE: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'backup_not_found',
  'manifest_invalid',
  'data_missing',
  'object_missing',
  'storage_missing',
  'storage_failed',
  'storage_read_only',
  'archive_truncated',
  'archive_corrupt',
  'archive_foreign',
  'archive_unsupported',
  'invalid_backup',
  'parent_missing',
  'parent_changed',
  // A changed header looks like a file for somebody else, and the repository's key may be what is lost.
  'key_wrong',
  'key_missing',
]);

export type FromPlace<T> = {
  readonly value: T;
  readonly place: Repository;
  /** One for each place that was passed over, with the reason. */
  readonly warnings: readonly string[];
};

/**
 * Does `work` with the repository itself and, where that fails because of what is there, with its copies in turn until one
 * is good. When none is, throws the repository's own failure, with what the copies said.
 */
export async function fallBack<T>(
  repository: Repository,
  work: (place: Repository) => Promise<T>,
): Promise<FromPlace<T>> {
  const own = { id: repository.storage.location, open: () => Promise.resolve(repository) };
  const passed: { readonly id: string; readonly failure: Failure; readonly error: unknown }[] = [];
  for (const { id, open } of [own, ...repository.copies]) {
    try {
      const place = await open();
      const value = await work(place);
      return { value, place, warnings: passed.map((each) => warningOf(each, id)) };
    } catch (error) {
      const failure = failureOf(error);
      if (!MAY_BE_BETTER_ELSEWHERE.has(failure.code) || repository.copies.length === 0) throw error;
      passed.push({ id, failure, error });
    }
  }
  const [first, ...others] = passed;
  const told = others.map(({ id, failure }) => ` The copy in ${id} is no help: ${failure.message}`);
  throw new HoldfastError(
    first?.failure.code ?? 'internal',
    `${first?.failure.message ?? 'No place was tried.'}${told.join('')}`,
    { cause: first?.error },
  );
}

type Passed = { readonly id: string; readonly failure: Failure };

const warningOf = ({ id, failure }: Passed, usedId: string): string =>
  `Read from the copy in ${usedId}, as it could not be read from ${id} (${failure.code}): ${failure.message}`;
