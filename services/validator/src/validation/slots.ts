/** So many at a time; the others wait their turn, first come first served. */
export type Slots = {
  /** Whether `take` would have to wait. */
  isFull(): boolean;
  waiting(): number;
  /** Resolves with what gives the place back, once there is one. Rejects with the signal's reason when it aborts. */
  take(signal: AbortSignal): Promise<() => void>;
};

export function openSlots(size: number): Slots {
  let taken = 0;
  const queue: (() => void)[] = [];

  function give(): void {
    const next = queue.shift();
    if (next) next();
    else taken -= 1;
  }
  const once = (): (() => void) => {
    let isGiven = false;
    return () => {
      if (!isGiven) give();
      isGiven = true;
    };
  };
  return {
    isFull: () => taken >= size,
    waiting: () => queue.length,
    take: async (signal) => {
      signal.throwIfAborted();
      if (taken < size) {
        taken += 1;
        return once();
      }
      await new Promise<void>((resolve, reject) => {
        const turn = (): void => {
          signal.removeEventListener('abort', leave);
          resolve();
        };
        const leave = (): void => {
          queue.splice(queue.indexOf(turn), 1);
          reject(signal.reason);
        };
        queue.push(turn);
        signal.addEventListener('abort', leave, { once: true });
      });
      return once();
    },
  };
}
