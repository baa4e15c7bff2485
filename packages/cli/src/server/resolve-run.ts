import type { Client } from '@holdfast/client';
import { HoldfastError, runIdSchema, type RunId } from '@holdfast/contracts';
import { usageError } from '../cli-error.ts';

/** The most that one page may hold; older runs want their full id. */
const PAGE = 500;

/** A run by its id, or by at least its last four digits: file names and tables show the last eight. */
export async function resolveRun(client: Pick<Client, 'listRuns'>, given: string): Promise<RunId> {
  const wanted = given.toLowerCase();
  if (runIdSchema.safeParse(wanted).success) return wanted;
  if (!/^[0-9a-f-]{4,36}$/.test(wanted)) {
    throw usageError(
      `"${given}" is no run; give its id or the last eight digits of it.`,
      'backup-admin runs list',
    );
  }
  const { runs } = await client.listRuns({ limit: PAGE });
  const [match, another] = runs.filter((run) => run.id.endsWith(wanted));
  if (match && another) {
    throw usageError(`Several runs end in ${given}.`, 'give more digits; backup-admin runs list --verbose');
  }
  if (match) return match.id;
  throw new HoldfastError('run_not_found', `None of the last ${PAGE} runs ends in ${given}.`);
}
