import type { Terminal } from '../terminal.ts';

const ENTER = '\u001b[?1049h\u001b[?25l';
const LEAVE = '\u001b[?25h\u001b[?1049l';
const HOME = '\u001b[H';
const CLEAR_REST_OF_LINE = '\u001b[K';

export type Screen = {
  draw(lines: readonly string[]): void;
  /** Gives the terminal back as it was. Idempotent. */
  close(): void;
};

/** The terminal's second screen, without its cursor; what stood on the first one is there again afterwards. */
export function openScreen({ stdout }: Terminal): Screen {
  let isOpen = true;
  stdout.write(ENTER);
  return {
    // Written over what is there, line by line: a screen that is cleared first flickers.
    draw: (lines) => {
      if (isOpen) stdout.write(HOME + lines.map((line) => line + CLEAR_REST_OF_LINE).join('\r\n'));
    },
    close: () => {
      if (isOpen) stdout.write(LEAVE);
      isOpen = false;
    },
  };
}
