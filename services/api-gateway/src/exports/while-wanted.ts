import { HoldfastError } from '@holdfast/contracts';

/** A signal for work that only the client wanted, with a reason that is no defect of ours. */
export function whileWanted(gone: AbortSignal): AbortSignal {
  const stop = new AbortController();
  const end = (): void => stop.abort(new HoldfastError('cancelled', 'The client went away; ask again.'));
  if (gone.aborted) end();
  else gone.addEventListener('abort', end, { once: true });
  return stop.signal;
}
