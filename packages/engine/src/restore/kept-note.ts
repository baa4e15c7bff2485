import { z } from 'zod';
import { runIdSchema, timestampSchema } from '@holdfast/contracts';

/** What a kept database's comment says, so that it explains itself in psql and can be found without us. */
export type KeptNote = { readonly live: string; readonly restore: string; readonly keptUntil: string };

const INTRODUCTION = 'Holdfast: the previous content of a restored database. ';
const noteSchema = z.object({ live: z.string(), restore: runIdSchema, keptUntil: timestampSchema });

export const keptNote = (note: KeptNote): string => INTRODUCTION + JSON.stringify(note);

/** The note in a database's comment; undefined when the comment is not ours. */
export function readKeptNote(comment: string | undefined): KeptNote | undefined {
  if (!comment?.startsWith(INTRODUCTION)) return undefined;
  try {
    const parsed = noteSchema.safeParse(JSON.parse(comment.slice(INTRODUCTION.length)));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined; // somebody edited it: then it is theirs, and never dropped by us
  }
}
