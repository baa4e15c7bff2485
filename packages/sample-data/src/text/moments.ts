import { word, Writer, type Word } from './writer.ts';

const DAY_MS = 86_400_000;
const range = (count: number, text: (value: number) => string): readonly Word[] =>
  Array.from({ length: count }, (_, value) => word(text(value)));
const digits = (value: number, count: number): string => String(value).padStart(count, '0');

const minutes = range(1_440, (minute) => ` ${digits(Math.floor(minute / 60), 2)}:${digits(minute % 60, 2)}:`);
const seconds = range(60, (second) => digits(second, 2));
const milliseconds = range(1_000, (millisecond) => `.${digits(millisecond, 3)}+00`);
const days: Word[] = [];
const scratch = new Writer();

/** `2025-03-04`, the day that the moment falls on, in UTC. Several times quicker than Date alone, which matters in millions of rows. */
export function writeDay(out: Writer, epochMs: number): void {
  const day = Math.floor(epochMs / DAY_MS);
  out.word((days[day] ??= word(new Date(day * DAY_MS).toISOString().slice(0, 10))));
}

/** `2025-03-04 05:06:07.089+00`. */
export function writeMoment(out: Writer, epochMs: number): void {
  writeDay(out, epochMs);
  const ofDay = epochMs % DAY_MS;
  const ofMinute = ofDay % 60_000;
  out.word(minutes[Math.floor(ofDay / 60_000)] as Word); // a day has no more minutes
  out.word(seconds[Math.floor(ofMinute / 1_000)] as Word); // nor a minute more seconds
  out.word(milliseconds[ofMinute % 1_000] as Word); // nor a second more milliseconds
}

/** The day as a string. */
export function dayText(epochMs: number): string {
  writeDay(scratch, epochMs);
  return scratch.takeText();
}

/** The moment as a string. */
export function momentText(epochMs: number): string {
  writeMoment(scratch, epochMs);
  return scratch.takeText();
}
