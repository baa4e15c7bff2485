import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/** The file is the old one or the new one, whole, whatever dies meanwhile. Mode 0600. */
export async function writeAtomically(path: string, text: string): Promise<void> {
  const part = `${path}.part`;
  const file = await open(part, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(part, path);
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
