import type { Envelope, Failure, RunId, RunKind } from '@holdfast/contracts';

type Common = {
  readonly run: RunId;
  /** Kept from the first change of a run: `restore.failed` may also be the end of an undo. */
  readonly kind: RunKind;
  readonly database: string | undefined;
  readonly correlation: string | undefined;
  /** When it happened. */
  readonly at: string;
  /** Of the event, in the stream. */
  readonly sequence: number;
};

/** What one event says of a run. The same change twice, or an earlier stage after a later one, changes nothing. */
export type RunChange = Common &
  (
    | {
        readonly stage: 'requested';
        readonly trigger?: string | undefined;
        readonly requestedBy?: string | undefined;
        readonly description?: string | undefined;
        readonly filename?: string | undefined;
      }
    | {
        readonly stage: 'started';
        readonly attempt: number;
        readonly worker: string;
        readonly filename?: string | undefined;
      }
    | { readonly stage: 'attempt_failed'; readonly attempt: number; readonly worker: string }
    | { readonly stage: 'cancel_asked'; readonly by: string; readonly reason: string | undefined }
    | {
        readonly stage: 'over';
        readonly state: 'completed' | 'failed' | 'cancelled';
        /** Whether what was asked for came true: an `invalid` verdict is a completed run that did not succeed. */
        readonly succeeded: boolean;
        readonly outcome: Envelope;
        readonly attempt?: number | undefined;
        readonly trigger?: string | undefined;
        readonly filename?: string | undefined;
        readonly removedBackup?: string | undefined;
        readonly sizeBytes?: number | undefined;
        readonly rawBytes?: number | undefined;
        readonly durationMs?: number | undefined;
        readonly description?: string | undefined;
        readonly error?: Failure | undefined;
        readonly cancel?: { readonly by: string; readonly reason?: string | undefined } | undefined;
      }
  );

export type RunStage = RunChange['stage'];
