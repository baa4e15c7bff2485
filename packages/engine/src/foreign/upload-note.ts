import { timestampSchema } from '@holdfast/contracts';
import type { Storage } from '@holdfast/storage';
import { z } from 'zod';

/** `<file>.upload.json`: what is known of an uploaded file beside its bytes. */
const uploadNoteSchema = z.object({
  noteVersion: z.literal(1),
  description: z.string(),
  uploadedAt: timestampSchema,
  uploadedBy: z.string(),
  sizeBytes: z.number().int(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type UploadNote = z.infer<typeof uploadNoteSchema>;

/** A note has 2 kB at most; whatever is larger is none. */
const MAX_BYTES = 16_384;

export const noteKeyOf = (key: string): string => `${key}.upload.json`;

/** undefined when it is none of ours, or was written of another file: a note only adds to what is seen without it. */
export async function readNote(
  storage: Storage,
  key: string,
  sizeBytes: number,
): Promise<UploadNote | undefined> {
  const parts: Uint8Array[] = [];
  for await (const part of storage.get(noteKeyOf(key), { start: 0, endExclusive: MAX_BYTES }))
    parts.push(part);
  const note = parse(Buffer.concat(parts).toString('utf8'));
  return note?.sizeBytes === sizeBytes ? note : undefined;
}

function parse(text: string): UploadNote | undefined {
  try {
    return uploadNoteSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined; // cut, or somebody else's
  }
}

/** Of a file that is new: a note that lies there is of another one. */
export async function writeNote(storage: Storage, key: string, note: UploadNote): Promise<void> {
  await storage.remove(noteKeyOf(key));
  await storage.createIfAbsent(noteKeyOf(key), Buffer.from(`${JSON.stringify(note, undefined, 2)}\n`));
}
