import { HoldfastError } from '@holdfast/contracts';
import type { PreflightFinding, Target } from '@holdfast/postgres';
import type { RestoreContent } from './content.ts';

/** Throws preflight_failed naming everything that stands in the way at once. `live`: whose place the content takes. */
export async function assertNothingBlocks(
  content: RestoreContent,
  found: readonly PreflightFinding[],
  admin: Target,
  live: string | undefined,
): Promise<void> {
  const blocking = [
    ...found.filter((finding) => finding.blocking).map((finding) => finding.detail),
    ...(await content.obstacles(admin, live)),
  ];
  if (blocking.length === 0) return;
  throw new HoldfastError('preflight_failed', `The restore was not begun: ${blocking.join('; ')}.`);
}
