import { withThrottle } from '@holdfast/storage';
import { openRepository, type Repository } from '../repository/repository.ts';

/** The same repository, read and written no faster than that; its copies as they are. */
export const throttled = (repository: Repository, maxBytesPerSecond: number): Repository => ({
  ...openRepository(withThrottle(repository.storage, { maxBytesPerSecond }), repository.keys),
  copies: repository.copies,
});
