import { HoldfastError, type ChannelKind, type ErrorCode } from '@holdfast/contracts';
import type { Rendered } from '../templates/render.ts';

export type Message = {
  /** The dedup key: the same however often it is sent. */
  readonly id: string;
  readonly rendered: Rendered;
  /** Recipients that have it already, from an attempt that reached only some. */
  readonly done: readonly string[];
};

/** What a channel answers: recipients that will never get it, though others did. */
export type Accepted = { readonly refused: readonly string[] };

/**
 * A way to people. `send` resolves when the receiver took the message, and throws NotDelivered otherwise; it never tries
 * again by itself, ends within the time limits of its kind, and puts no secret into an error.
 */
export interface Channel {
  readonly id: string;
  readonly kind: ChannelKind;
  /** Where it goes, without what is secret in it. */
  readonly target: string;
  /** Messages under way at the same time. */
  readonly concurrency: number;
  send(message: Message, signal: AbortSignal): Promise<Accepted>;
}

/** `delivery_failed`: may pass. `delivery_refused`, `target_refused`: will never pass. */
export class NotDelivered extends HoldfastError {
  /** What the receiver asked for. */
  readonly retryAfterMs: number | undefined;
  /** Recipients that got it all the same. */
  readonly done: readonly string[];
  constructor(
    code: Extract<ErrorCode, 'delivery_failed' | 'delivery_refused' | 'target_refused'>,
    message: string,
    options: {
      readonly retryAfterMs?: number | undefined;
      readonly done?: readonly string[];
      readonly cause?: unknown;
    } = {},
  ) {
    super(code, message, options.cause === undefined ? undefined : { cause: options.cause });
    this.retryAfterMs = options.retryAfterMs;
    this.done = options.done ?? [];
  }
}
