import type { BackupContents } from '@holdfast/contracts';
import { contentsOf } from '@holdfast/engine';
import type { GatewayDependencies } from '../dependencies.ts';
import { ok, type Answer } from '../http/handler.ts';
import { whileWanted } from './while-wanted.ts';
import { withKeysElsewhere } from './with-keys-elsewhere.ts';

export type ContentsWish = {
  readonly withSizes: boolean;
  /** Aborts when the client goes away. */
  readonly gone: AbortSignal;
};

/** What is inside a backup; all of it is read for the sizes, by this process and the client tools beside it. */
export async function answerContents(
  { repository }: Pick<GatewayDependencies, 'repository'>,
  filename: string,
  { withSizes, gone }: ContentsWish,
): Promise<Answer<BackupContents>> {
  const manifest = await repository.find(filename);
  const context = { repository, signal: whileWanted(gone) };
  return ok(await withKeysElsewhere(manifest, () => contentsOf(context, manifest, { withSizes })));
}
