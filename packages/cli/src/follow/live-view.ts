import type { Run, RunKind } from '@holdfast/contracts';
import { formatSpan } from '../render/quantities.ts';
import { renderProgress, type Step } from '../render/progress-line.ts';
import type { Style } from '../render/style.ts';
import type { Terminal } from '../terminal.ts';
import { describeChange, describePhase } from './phases.ts';
import type { ProgressView } from './progress-view.ts';

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
/** Often enough to look alive, seldom enough for a slow line to the terminal. */
const FRAME_MS = 100;
const CLEAR_LINE = '\r\u001b[2K';
/** After this the wait itself is worth telling. */
const LONG_WAIT_MS = 2_000;

type Phase = { readonly sinceMs: number; readonly last: Step };

/** A line that moves while a phase goes on and stays, with its figures, when the phase is over. */
export function liveView(terminal: Terminal, style: Style, kind: RunKind): ProgressView {
  const { stderr } = terminal;
  const startedMs = terminal.nowMs();
  let phase: Phase | undefined;
  let run: Run | undefined;
  let frame = 0;
  let over = false;
  let held = false;

  const draw = (): void => {
    if (held) return;
    const width = (stderr.columns ?? 80) - 3; // the spinner, a space, and the last cell free, so that nothing wraps
    const text = phase ? renderProgress(phase.last, { style, width }) : waiting();
    stderr.write(`${CLEAR_LINE}${style.accent(FRAMES[frame % FRAMES.length] ?? '')} ${text}`);
  };
  const waiting = (): string => {
    const waitedMs = terminal.nowMs() - startedMs;
    const since = waitedMs > LONG_WAIT_MS ? `  ${formatSpan(Math.floor(waitedMs / 1_000) * 1_000)}` : '';
    return `${run?.state === 'running' ? 'starting' : `waiting for a ${kind === 'validation' ? 'validator' : 'worker'}`}${since}`;
  };
  const keepPhase = (next?: Step): void => {
    if (!phase) return;
    const done = describePhase(phase.last, terminal.nowMs() - phase.sinceMs, next);
    stderr.write(`${CLEAR_LINE}${style.accent('✓')} ${style.dim(done)}\n`);
    phase = undefined;
  };
  const note = (text: string): void => {
    stderr.write(`${CLEAR_LINE}${text}\n`);
    if (!over) draw();
  };
  const timer = setInterval(() => {
    frame += 1;
    draw();
  }, FRAME_MS);

  return {
    progress: (step) => {
      const isNew = phase?.last.phase !== step.phase;
      if (isNew) keepPhase(step);
      phase = { sinceMs: phase?.sinceMs ?? terminal.nowMs(), last: step };
      // The rest waits for the next frame: the engine may tell of every chunk.
      if (isNew) draw();
    },
    run: (current) => {
      const change = describeChange(run, current);
      run = current;
      if (change !== undefined) {
        phase = undefined;
        note(`${style.warning('!')} ${change}`);
      }
      // What a failed run was doing last is not done.
      if (current.state === 'completed') keepPhase();
    },
    note,
    hold: () => {
      held = true;
      stderr.write(CLEAR_LINE);
      return () => {
        held = false;
      };
    },
    end: () => {
      over = true;
      clearInterval(timer);
      stderr.write(CLEAR_LINE);
    },
  };
}
