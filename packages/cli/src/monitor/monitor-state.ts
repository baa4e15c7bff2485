import type { Envelope, Failure, Progress, Status } from '@holdfast/contracts';

export type Told = { readonly sequence: number; readonly event: Envelope };

/** All that the screen is drawn from. */
export type MonitorState = {
  readonly place: string;
  readonly status: Status | undefined;
  /** When it was read. */
  readonly readMs: number;
  /** The server could not be asked last time. */
  readonly problem: Failure | undefined;
  /** By run: the newest. */
  readonly progress: Readonly<Record<string, Progress>>;
  /** The newest last. */
  readonly events: readonly Told[];
};

/** More than any terminal has lines. */
const KEPT = 200;

export const withEvent = (state: MonitorState, told: Told): MonitorState => ({
  ...state,
  events: [...state.events, told].slice(-KEPT),
});

export const withProgress = (state: MonitorState, progress: Progress): MonitorState => ({
  ...state,
  progress: { ...state.progress, [progress.run]: progress },
});

/** Progress of runs that are over is forgotten. */
export function withStatus(state: MonitorState, status: Status, readMs: number): MonitorState {
  const active = new Set(status.activeRuns.map(({ id }) => id));
  return {
    ...state,
    status,
    readMs,
    problem: undefined,
    progress: Object.fromEntries(Object.entries(state.progress).filter(([run]) => active.has(run))),
  };
}
