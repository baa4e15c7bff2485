import type { Run, RunKind } from '@holdfast/contracts';
import type { Cli } from '../cli.ts';
import type { Step } from '../render/progress-line.ts';
import { liveView } from './live-view.ts';
import { plainView } from './plain-view.ts';

/** Shows how a run gets on, on stderr. */
export type ProgressView = {
  progress(step: Step): void;
  run(run: Run): void;
  /** A line of its own, not disturbed by what moves. */
  note(text: string): void;
  /** Draws nothing, as a question stands there, until the returned function is called. */
  hold(): () => void;
  /** Call it whatever happened: it leaves the terminal clean. */
  end(): void;
};

const SILENT: ProgressView = { progress() {}, run() {}, note() {}, hold: () => () => undefined, end() {} };

/** A moving line on a terminal, a line per phase elsewhere, nothing with `--quiet`. */
export function progressView(cli: Cli, kind: RunKind): ProgressView {
  if (cli.options.quiet) return { ...SILENT, note: (text) => cli.terminal.stderr.write(`${text}\n`) };
  const moving = cli.terminal.stderr.isTTY && cli.terminal.env['TERM'] !== 'dumb';
  return moving ? liveView(cli.terminal, cli.noteStyle, kind) : plainView(cli.terminal, cli.noteStyle);
}
