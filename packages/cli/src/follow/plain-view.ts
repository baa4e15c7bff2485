import type { Run } from '@holdfast/contracts';
import { plainText } from '../render/plain-text.ts';
import { formatBytes } from '../render/quantities.ts';
import { phaseLabel, type Phase } from '../render/progress-line.ts';
import type { Style } from '../render/style.ts';
import type { Terminal } from '../terminal.ts';
import { describeChange } from './phases.ts';
import type { ProgressView } from './progress-view.ts';

/** One line per phase, as it begins: for logs and pipes, where nothing may be drawn over. */
export function plainView(terminal: Terminal, style: Style): ProgressView {
  let phase: Phase | undefined;
  let before: Run | undefined;
  const line = (text: string): void => terminal.stderr.write(`${text}\n`);
  return {
    progress: (step) => {
      if (step.phase === phase) return;
      phase = step.phase;
      const about = step.estimatedBytes ? `, about ${formatBytes(step.estimatedBytes)}` : '';
      const detail = step.detail === undefined ? '' : `: ${plainText(step.detail)}`;
      line(style.dim(`· ${phaseLabel(phase)}${about}${detail}`));
    },
    run: (run) => {
      const change = describeChange(before, run);
      before = run;
      if (change !== undefined) line(`${style.warning('!')} ${change}`);
    },
    note: line,
    hold: () => () => undefined,
    end: () => undefined,
  };
}
