import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import { progressView } from '../follow/progress-view.ts';
import { rateMeter } from '../follow/rate-meter.ts';

export type Copying = {
  /** Aborts with Ctrl-C. */
  readonly signal: AbortSignal;
  /** Shows how far it is; call it at the beginning too. */
  readonly onBytes: (position: number) => void;
};

/** Shows how a copy of `sizeBytes` gets on; Ctrl-C ends it, and `next` is then what to do. */
export async function whileCopying<T>(
  cli: Cli,
  { sizeBytes, next }: { readonly sizeBytes: number; readonly next: string },
  copy: (copying: Copying) => Promise<T>,
): Promise<T> {
  const stop = new AbortController();
  const forget = cli.terminal.onInterrupt(() =>
    stop.abort(
      new CliError('It was stopped from the keyboard', {
        code: 'cancelled',
        title: 'The export was stopped',
        next,
      }),
    ),
  );
  const view = progressView(cli, 'backup');
  const rateOf = rateMeter(cli.terminal.nowMs);
  const onBytes = (position: number): void =>
    view.progress({
      phase: 'copying',
      rawBytes: position,
      storedBytes: position,
      estimatedBytes: sizeBytes,
      bytesPerSecond: rateOf(position),
    });
  try {
    return await copy({ signal: stop.signal, onBytes });
  } finally {
    forget();
    view.end();
  }
}
