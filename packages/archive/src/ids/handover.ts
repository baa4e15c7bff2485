/** Items from who pushes to who pulls, one at a time: neither gets ahead of the other by more. */
export type Handover<T> = {
  /** Resolves when the item was taken, or dropped because nobody will take it. */
  push(item: T): Promise<void>;
  /** After what was pushed. */
  end(): void;
  /** At once; what was not taken is dropped. */
  fail(error: unknown): void;
  readonly items: AsyncIterable<T>;
};

export function createHandover<T>(): Handover<T> {
  let waiting: { readonly item: T; readonly taken: () => void } | undefined;
  let over: { readonly error?: unknown } | undefined;
  let wake = (): void => undefined;

  const isIdle = (): boolean => waiting === undefined && over === undefined;
  const take = (): T | undefined => {
    const given = waiting;
    waiting = undefined;
    given?.taken();
    return given?.item;
  };
  const finish = (outcome: { readonly error?: unknown }): void => {
    over ??= outcome;
    wake();
  };
  const iterator: AsyncIterator<T> = {
    next: async () => {
      while (isIdle())
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      if (over && 'error' in over) throw over.error;
      const given = take();
      return given === undefined ? { done: true, value: undefined } : { done: false, value: given };
    },
    return: async () => {
      take();
      finish({});
      return { done: true, value: undefined };
    },
  };
  return {
    push: async (item) => {
      if (over) return;
      await new Promise<void>((resolve) => {
        waiting = { item, taken: resolve };
        wake();
      });
    },
    end: () => finish({}),
    fail: (error) => {
      take();
      finish({ error });
    },
    items: { [Symbol.asyncIterator]: () => iterator },
  };
}
