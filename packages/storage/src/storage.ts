export type StoredObject = { readonly key: string; readonly sizeBytes: number; readonly modifiedAt: Date };

export type PutOptions = {
  readonly signal?: AbortSignal;
  /** Takes the place of what is there [false]. For the mending of what is damaged alone. */
  readonly replaces?: boolean;
};

/**
 * Where bytes rest. Keys are `/`-separated relative names; what would leave the place is refused (`path_refused`).
 * Every verb may be called by any number of processes side by side. Errors are StorageError.
 */
export interface Storage {
  /** For people: `file:///var/backups`. Never a secret. */
  readonly location: string;
  /** Whether `createIfAbsent` holds between processes; where it does not, more than one worker is refused. */
  readonly conditionalCreate: boolean;
  /**
   * Streams `body` to `key`, asking it for more only when what came before is written. The object appears when it is
   * complete and durable, or not at all: a failed or aborted put leaves nothing. A key is never overwritten
   * (`name_taken`), but with `replaces`: what is there then stays until the new object is whole, and goes at that moment. An
   * abort rejects with the signal's reason even while `body` is silent.
   */
  put(
    key: string,
    body: AsyncIterable<Uint8Array>,
    options?: PutOptions,
  ): Promise<{ readonly sizeBytes: number }>;
  /**
   * The commit: atomic and durable; of any number of callers exactly one is answered `created`. An error leaves open
   * whether it happened: ask again, or look.
   */
  createIfAbsent(key: string, bytes: Uint8Array): Promise<'created' | 'exists'>;
  /** From `start` to before `endExclusive`, cut to what is there; the whole without a range. Throws object_missing. */
  get(
    key: string,
    range?: { readonly start: number; readonly endExclusive?: number },
  ): AsyncIterable<Uint8Array>;
  head(key: string): Promise<StoredObject | undefined>;
  /** Complete objects whose key begins with `prefix`, sorted by key as JavaScript compares strings. */
  list(prefix: string): AsyncIterable<StoredObject>;
  /** Idempotent; false when it was not there. */
  remove(key: string): Promise<boolean>;
  /** Writes that never completed, or are under way; their keys are for `removeLeftover` alone. */
  leftovers(prefix: string): AsyncIterable<StoredObject>;
  /** Idempotent. A put that was still under way fails. */
  removeLeftover(key: string): Promise<void>;
  /**
   * Proves by a real write that objects can be stored; throws storage_missing, storage_read_only, storage_full. Answers the
   * room there is where the place has an end: what is free for us, and that with what is used by anybody.
   */
  check(): Promise<{ readonly freeBytes?: number; readonly totalBytes?: number }>;
}

/** What a storage can be asked to do. */
export type StorageVerb = Exclude<keyof Storage, 'location' | 'conditionalCreate'>;
