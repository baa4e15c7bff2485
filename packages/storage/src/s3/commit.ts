import { setTimeout as wait } from 'node:timers/promises';
import { StorageError } from '../storage-error.ts';
import { lookAt } from './look-at.ts';
import { factsOf, fromS3, isConflict, isRefusal, isTaken } from './s3-errors.ts';
import type { S3Place } from './s3-place.ts';

/** A conflict lasts as long as the other writer's request does. */
const CONFLICT_TRIES = 8;
const CONFLICT_WAIT_MS = 50;

export type Commit = {
  readonly name: string;
  /** `write app/a`, for failures. */
  readonly what: string;
  /** The write's own; the object carries it. */
  readonly mark: string;
  /** Looks whether the name is taken before it asks. Always done where the server keeps no condition. */
  readonly looksFirst: boolean;
  /** Whether the name may be taken: then the object there goes, and the answer is `created`. */
  readonly replaces: boolean;
  /** Makes the object, if the name is free. Its answer has an ETag when it did. */
  readonly request: (condition: {
    readonly IfNoneMatch?: '*';
  }) => Promise<{ readonly ETag?: string | undefined }>;
};

/**
 * Makes an object whose name may not be taken, unless it replaces. An answer that leaves open what happened (none at all, or
 * "taken" after the SDK asked a second time) is settled by looking whose mark the object has. Throws when that cannot be seen
 * either.
 */
export function commit(place: S3Place, attempt: Commit): Promise<'created' | 'exists'> {
  if (attempt.replaces || (place.conditionalCreate && !attempt.looksFirst)) return settle(place, attempt);
  // Where the server keeps no condition, looking first and taking turns within the process are all there is.
  return place.inTurn(attempt.name, () => settle(place, attempt));
}

async function settle(
  place: S3Place,
  { name, what, mark, looksFirst, replaces, request }: Commit,
): Promise<'created' | 'exists'> {
  const mustLook = looksFirst || (!place.conditionalCreate && !replaces);
  for (let conflicts = 0; ; conflicts += 1) {
    if (mustLook && (await lookAt(place, name, what))) return 'exists';
    try {
      const { ETag } = await request(place.conditionalCreate && !replaces ? { IfNoneMatch: '*' } : {});
      if (ETag) return 'created';
      // A server may begin its answer with 200 and fail later: then its body is an error, which not every request reads.
      throw Object.assign(new Error('it answered 200 without an ETag'), { name: 'InternalError' });
    } catch (error) {
      if (isConflict(error) && conflicts < CONFLICT_TRIES) {
        await wait(CONFLICT_WAIT_MS * (conflicts + Math.random()));
        continue;
      }
      const told = fromS3(error, place, { what, right: 's3:PutObject' });
      if (isRefusal(error)) throw told;
      const seen = await lookAt(place, name, what).catch((looking: unknown) => {
        throw new StorageError(
          told.code,
          `${told.message} Whether it did cannot be seen: ${factsOf(looking).message}`,
          { cause: told, isTransient: told.isTransient },
        );
      });
      if (seen?.mark === mark) return 'created';
      // Another's mark: had our write happened, theirs could not have. No mark at all may be a server that drops it.
      if (!replaces && (isTaken(error) || seen?.mark !== undefined)) return 'exists';
      throw told;
    }
  }
}
