import type { CopyPlace, Repository } from '../repository/repository.ts';
import { fallBack } from './fall-back.ts';

/**
 * A repository whose backups are found in the copies too, should it be away or have lost a manifest. Everything else is its
 * own: what is listed, written and removed.
 */
export function withCopies(repository: Repository, copies: readonly CopyPlace[]): Repository {
  if (copies.length === 0) return repository;
  return {
    ...repository,
    copies,
    find: async (reference) =>
      (await fallBack({ ...repository, copies }, (place) => place.find(reference))).value,
  };
}
