import { open, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { NewToken } from '@holdfast/contracts';
import type { Cli } from '../../cli.ts';
import { CliError } from '../../cli-error.ts';
import { renderDone } from '../../render/fields.ts';
import { formatAge } from '../../render/quantities.ts';
import { grantText } from '../../render/tokens.ts';

export type TokenFile = {
  readonly path: string;
  keep(secret: string): Promise<void>;
  /** Removes the file when nothing was kept in it. */
  close(): Promise<void>;
};

/**
 * A new file for a secret, made before the token is: what cannot be written down would be lost, as it is told once.
 * Throws name_taken, storage_failed.
 */
export async function writeTokenFile(output: string): Promise<TokenFile> {
  const path = resolve(output);
  const file = await open(path, 'wx', 0o600).catch((cause: unknown) => {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    throw code === 'EEXIST'
      ? new CliError(`${path} is there already, and a secret is never overwritten`, {
          code: 'name_taken',
          next: 'choose another name with --output',
          cause,
        })
      : new CliError(`${path} cannot be written (${code})`, {
          code: 'storage_failed',
          next: 'check the path and its rights',
          cause,
        });
  });
  let kept = false;
  return {
    path,
    keep: async (secret) => {
      await file.writeFile(`${secret}\n`);
      await file.sync();
      kept = true;
    },
    close: async () => {
      await file.close();
      if (!kept) await rm(path, { force: true });
    },
  };
}

export function tellNewToken(
  cli: Cli,
  { token, view }: NewToken,
  { headline, file }: { readonly headline: string; readonly file: string | undefined },
): void {
  const document = file === undefined ? { token, view } : { view, file };
  cli.answer(document, () =>
    cli.options.quiet
      ? [file ?? token]
      : renderDone(
          headline,
          [
            ['secret', file === undefined ? token : `in ${file}`],
            ['id', view.id],
            ['may', view.grants.map(grantText).join('; ')],
            [
              'ends',
              view.expiresAt === undefined ? 'never' : formatAge(view.expiresAt, cli.terminal.nowMs()),
            ],
          ],
          file === undefined
            ? 'keep the secret: it is not told again'
            : `HOLDFAST_TOKEN_FILE=${file} backup-admin status`,
          cli,
        ),
  );
}
