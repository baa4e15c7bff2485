import { styleText } from 'node:util';

/** The lines a person sees while the standalone starts: what happened, one line each. */
export type Story = { step(text: string): void; note(text: string): void; plain(text: string): void };

export function storyOn(stream: NodeJS.WriteStream): Story {
  const colour = stream.isTTY && !process.env['NO_COLOR'];
  const tick = colour ? styleText('green', '✓') : '✓';
  const dim = (text: string): string => (colour ? styleText('dim', text) : text);
  return {
    step: (text) => void stream.write(`  ${tick} ${text}\n`),
    note: (text) => void stream.write(`    ${dim(text)}\n`),
    plain: (text) => void stream.write(`${text}\n`),
  };
}
