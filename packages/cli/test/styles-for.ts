import { makeCli, type Cli } from '../src/cli.ts';
import { fakeTerminal, type FakeOptions } from './fake-terminal.ts';

/** What a rendering needs, on a terminal that remembers. */
export const stylesFor = (options: FakeOptions = {}): Cli =>
  makeCli({
    terminal: fakeTerminal(options),
    options: { color: true },
    connect: () => Promise.reject(new Error('a rendering asks nobody')),
  });
