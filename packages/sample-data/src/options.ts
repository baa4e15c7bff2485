import { SampleError } from './sample-error.ts';

export type SampleOptions = {
  /** Size of the loaded database in megabytes (10⁶ bytes), indexes included; 1 to 100,000. Below 10 it is what an empty one takes. */
  readonly megabytes: number;
  /** A whole number, 0 or more. The same seed and size give the same bytes, on any machine. */
  readonly seed: number;
};

/** Throws SampleError `invalid_request` unless both are in range. */
export function checkOptions({ megabytes, seed }: SampleOptions): void {
  if (!(megabytes >= 1 && megabytes <= 100_000)) {
    throw new SampleError('invalid_request', `megabytes is ${megabytes}; it must be from 1 to 100000.`);
  }
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new SampleError('invalid_request', `seed is ${seed}; it must be a whole number, 0 or more.`);
  }
}
