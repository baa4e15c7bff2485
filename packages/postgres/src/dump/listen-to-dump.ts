import type { Readable } from 'node:stream';
import { DumpLog, type FinishedItem } from './dump-log.ts';

export type DumpListener = {
  /** What was finished since the last time, as often as something was; ends when pg_dump and its workers are gone. */
  readonly items: AsyncIterable<readonly FinishedItem[]>;
  /** Settles when pg_dump and its workers are gone: they all hold the stream. */
  readonly closed: Promise<void>;
  /** What it said that is no progress. */
  complaints(): string;
};

/** Hears what a verbose pg_dump says as it comes: it must never wait for whoever reads its files. */
export function listenToDump(output: Readable): DumpListener {
  const log = new DumpLog();
  const waiting: FinishedItem[] = [];
  let isOver = false;
  let wake = (): void => undefined;
  output.setEncoding('utf8').on('data', (text: string) => {
    waiting.push(...log.add(text));
    wake();
  });
  const closed = new Promise<void>((resolve) => {
    output.once('close', () => {
      isOver = true;
      wake();
      resolve();
    });
  });
  async function* items(): AsyncGenerator<readonly FinishedItem[]> {
    for (;;) {
      if (waiting.length > 0) yield waiting.splice(0);
      else if (isOver) return;
      else await new Promise<void>((resolve) => (wake = resolve));
    }
  }
  return { items: items(), closed, complaints: () => log.complaints };
}
