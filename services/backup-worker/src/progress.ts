import type { Bus } from '@holdfast/bus';
import type { Progress, RunId } from '@holdfast/contracts';
import type { EngineProgress } from '@holdfast/engine';

const EVERY_MS = 500;

/** Broadcasts an attempt's progress on `progress.<run>`: at most twice a second, and whenever the phase changes. */
export function progressBroadcast(bus: Bus, run: RunId): (progress: EngineProgress) => void {
  let last: { readonly phase: string; readonly at: number; readonly rawBytes: number } | undefined;
  return (progress) => {
    const at = performance.now();
    const samePhase = last?.phase === progress.phase;
    if (last && samePhase && at - last.at < EVERY_MS) return;
    const elapsedMs = last && samePhase ? at - last.at : 0;
    const bytesPerSecond =
      last && elapsedMs > 0 ? ((progress.rawBytes - last.rawBytes) / elapsedMs) * 1_000 : 0;
    last = { phase: progress.phase, at, rawBytes: progress.rawBytes };
    const message: Progress = {
      ...progress,
      run,
      bytesPerSecond: Math.max(0, bytesPerSecond),
      at: new Date().toISOString(),
    };
    bus.broadcast(`progress.${run}`, message);
  };
}
