import { refuse } from './selection.ts';

/** A name as SQL has it: in quotes anything, a quote doubled, else anything but dots and quotes. */
const PART = /"(?:[^"]|"")+"|[^".]+/y;

/** `s.t`, `t` or `"S"."T"` in its parts, the quotes taken off; letters stay as they are. */
export function splitName(name: string): readonly string[] {
  const parts: string[] = [];
  let at = 0;
  do {
    PART.lastIndex = at;
    const part = PART.exec(name)?.[0];
    if (part === undefined)
      throw refuse(`holds the name ${name}, which is not well formed; write schema.table`);
    parts.push(part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part);
    at += part.length;
    if (at < name.length && name[at] !== '.') {
      throw refuse(`holds the name ${name}, whose quotes are not well formed; write "schema"."table"`);
    }
    at += 1;
  } while (at <= name.length);
  return parts;
}
