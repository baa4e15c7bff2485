import type { ErrorCode } from '@holdfast/contracts';

export type CliErrorDetails = {
  readonly code: ErrorCode;
  /** What failed, in a few words. Default: the verb's own. */
  readonly title?: string | undefined;
  /** The command or the step that helps. Default: told from the code and the message. */
  readonly next?: string | undefined;
  /** Goes beside `error` into the JSON document, for example the run. */
  readonly document?: Readonly<Record<string, unknown>> | undefined;
  readonly cause?: unknown;
};

/** A failure whose title, next step or document the verb knows better than the code does. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly code: ErrorCode;
  readonly title: string | undefined;
  readonly next: string | undefined;
  readonly document: Readonly<Record<string, unknown>>;
  constructor(message: string, { code, title, next, document = {}, cause }: CliErrorDetails) {
    super(message, { cause });
    this.code = code;
    this.title = title;
    this.next = next;
    this.document = document;
  }
}

/** The command line itself is wrong: exit code 2. */
export const usageError = (message: string, next?: string): CliError =>
  new CliError(message, { code: 'invalid_request', title: 'The command line is not right', next });
