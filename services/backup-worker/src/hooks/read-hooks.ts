import { readFile } from 'node:fs/promises';
import { failureOf, HoldfastError } from '@holdfast/contracts';
import { parse } from 'yaml';
import { noHooks, parseHooks, type Hooks } from './hooks-file.ts';

/** Reads BACKUP_HOOKS_FILE, once, at the start. Throws invalid_request with all that is wrong in it. */
export async function readHooks(path: string | undefined): Promise<Hooks> {
  if (path === undefined) return noHooks;
  const refuse = (problems: readonly string[], cause?: unknown): HoldfastError =>
    new HoldfastError('invalid_request', `BACKUP_HOOKS_FILE ${path}: ${problems.join('; ')}.`, { cause });
  let content: unknown;
  try {
    content = parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw refuse([failureOf(error).message.trim().replace(/\.$/, '')], error);
  }
  const parsed = parseHooks(content);
  if (parsed.ok) return parsed.hooks;
  throw refuse(parsed.problems);
}
