/** Codes as everywhere in Holdfast; this package can only be asked wrongly. */
export type SampleErrorCode = 'invalid_request';

/** Thrown when a sample is asked for that cannot be made; the message names the option and what it may be. */
export class SampleError extends Error {
  override readonly name = 'SampleError';
  readonly code: SampleErrorCode;
  constructor(code: SampleErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
