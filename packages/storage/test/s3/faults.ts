import type { S3Call } from './s3-call.ts';

/** What goes wrong with a request. */
export type Harm =
  /** An error in place of the work. */
  | { readonly kind: 'refuse'; readonly status: number; readonly code: string }
  /** 200, and then an error as its body, in place of the work. */
  | { readonly kind: 'error in 200'; readonly code: string }
  /** The connection ends in place of the work. */
  | { readonly kind: 'drop' }
  /** The work is done, and the connection ends in place of the answer. */
  | { readonly kind: 'lose reply' }
  /** The connection ends after that many bytes of the answer's body. */
  | { readonly kind: 'cut'; readonly afterBytes: number }
  /** The answer lacks a header. */
  | { readonly kind: 'without'; readonly header: string }
  /** Nothing is done until then. */
  | { readonly kind: 'hold'; readonly until: Promise<unknown> };

export type Fault = {
  readonly on: S3Call;
  /** From this request of that kind on, from 1 and counted from now. [1] */
  readonly nth?: number;
  /** So many of them. [1] */
  readonly times?: number;
  readonly harm: Harm;
};

export type Faults = {
  inject(fault: Fault): void;
  next(call: S3Call): Harm | undefined;
};

export function makeFaults(): Faults {
  const planned: { readonly fault: Fault; seen: number }[] = [];
  return {
    inject: (fault) => void planned.push({ fault, seen: 0 }),
    next: (call) => {
      let harm: Harm | undefined;
      for (const plan of planned) {
        const { on, nth = 1, times = 1 } = plan.fault;
        if (on !== call) continue;
        plan.seen += 1;
        if (plan.seen >= nth && plan.seen < nth + times) harm ??= plan.fault.harm;
      }
      return harm;
    },
  };
}
