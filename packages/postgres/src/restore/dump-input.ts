import { feedChild, type FeedOptions } from '../child/feed-child.ts';
import type { Child, ChildEnd } from '../child/start-child.ts';

/** Where pg_restore reads a dump from: its stdin, as it comes, or what lies on a disk, and may then be read at will. */
export type DumpInput =
  { readonly format: 'custom'; readonly source: AsyncIterable<Uint8Array> } | StoredDump;

export type StoredDump = { readonly format: 'custom' | 'directory'; readonly path: string };

/** The path, when there is one, is the program's only operand. */
export const inputArguments = (input: DumpInput): readonly string[] => [
  `--format=${input.format}`,
  ...('path' in input ? [input.path] : []),
];

/** For the child's options: stdin when it is read there. */
export const inputStdin = (input: DumpInput): { readonly stdin?: 'pipe' } =>
  'path' in input ? {} : { stdin: 'pipe' };

/** Gives a child its input, then waits for its end. */
export const feedInput = (child: Child, input: DumpInput, options: FeedOptions): Promise<ChildEnd> =>
  'path' in input ? child.ended : feedChild(child, input.source, options);
