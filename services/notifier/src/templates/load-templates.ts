import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { HoldfastError } from '@holdfast/contracts';

/** `<channel or kind>/<event type or default>.<part>` → its text. */
export type TemplateFiles = ReadonlyMap<string, string>;

const PARTS = /\.(txt|html|json|subject)$/;

/** Reads the folder once, at start. What stands deeper or has another ending is no template. */
export async function loadTemplates(folder: string | undefined): Promise<TemplateFiles> {
  if (folder === undefined) return new Map();
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const paths = entries
      .filter((entry) => entry.isFile() && PARTS.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name));
    const files = await Promise.all(
      paths.map(
        async (path) => [relative(folder, path).split(sep).join('/'), await readFile(path, 'utf8')] as const,
      ),
    );
    return new Map(files);
  } catch (cause) {
    throw new HoldfastError(
      'invalid_request',
      `BACKUP_NOTIFICATION_TEMPLATES: ${folder} cannot be read; check the path and its rights.`,
      { cause },
    );
  }
}
