import type { Repository } from '@holdfast/engine';
import type { RetentionDependencies } from './dependencies.ts';

/** A place with backups; `id` is undefined for the primary one. */
export type Place = {
  readonly id: string | undefined;
  /** What events call it. */
  readonly label: string;
  readonly open: () => Promise<Repository>;
};

/** The primary one first. */
export const placesOf = ({ repository, primaryId }: RetentionDependencies): readonly [Place, ...Place[]] => [
  { id: undefined, label: primaryId, open: () => Promise.resolve(repository) },
  ...repository.copies.map(({ id, open }) => ({ id, label: id, open })),
];
