import { BoundedText } from '../child/bounded-text.ts';

/** A piece of work that a worker of a parallel pg_dump has done: the data of a table, or large objects. */
export type FinishedItem = { readonly dumpId: number; readonly kind: 'TABLE DATA' | 'BLOBS' };

/**
 * The same words in all majors from 13 to 18. Leader and workers write at once, so that the program's name may stand
 * elsewhere or be doubled: only the end of a line counts.
 */
const FINISHED = /(?:^|pg_dump: )finished item (\d+) (TABLE DATA|BLOBS) /;

/** What --verbose adds: the program's name and then none of these; an error may come in the middle of another's line. */
const PROGRESS = /^(?:pg_dump: )+(?!.*\b(?:error|fatal): )(?!(?:warning|detail|hint): )/;

/** Reads what a verbose pg_dump says, cut anywhere: finished items come out, complaints are kept. */
export class DumpLog {
  readonly #complaints = new BoundedText();
  #partial = '';

  add(text: string): readonly FinishedItem[] {
    const lines = (this.#partial + text).split('\n');
    this.#partial = lines.pop() ?? '';
    return lines.flatMap((line) => this.#read(line));
  }

  /** What would stand on stderr without --verbose; bounded as that is. */
  get complaints(): string {
    return this.#complaints.toString() + (PROGRESS.test(this.#partial) ? '' : this.#partial);
  }

  #read(line: string): readonly FinishedItem[] {
    const [, dumpId, kind] = FINISHED.exec(line) ?? [];
    if (dumpId !== undefined && (kind === 'TABLE DATA' || kind === 'BLOBS')) {
      return [{ dumpId: Number(dumpId), kind }];
    }
    if (!PROGRESS.test(line)) this.#complaints.add(`${line}\n`);
    return [];
  }
}
