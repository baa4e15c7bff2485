import type { Manifest } from '@holdfast/contracts';
import { withClient, type Target } from '@holdfast/postgres';
import type { EngineContext } from '../context.ts';
import type { RestoreContent } from './content.ts';
import { assertSameContent, fill } from './fill.ts';

/** A backup of ours: its manifest says what it needs and what it must come to. */
export const contentOfBackup = (context: EngineContext, manifest: Manifest): RestoreContent => ({
  backup: manifest.backup,
  toolsVersion: manifest.fingerprint.toolsMajor * 10_000,
  tables: () => Promise.resolve(Object.keys(manifest.fingerprint.rows)),
  obstacles: (admin) => missingOnServer(manifest.fingerprint, admin),
  fillInto: (target, tools, options) => fill(context, manifest, target, tools, options),
  compare: (target, tools, selection) => assertSameContent(context, manifest, target, tools, selection),
});

/** Roles and extensions that the content needs and the server lacks. */
async function missingOnServer(
  { roles, extensions }: Manifest['fingerprint'],
  admin: Target,
): Promise<readonly string[]> {
  return withClient(admin, async (client) => {
    const { rows } = await client.query<{ kind: string; name: string }>(
      `select 'role' as kind, wanted.name from unnest($1::text[]) as wanted(name)
        where not exists (select from pg_roles where rolname = wanted.name)
       union all
       select 'extension', wanted.name from unnest($2::text[]) as wanted(name)
        where not exists (select from pg_available_extensions available where available.name = wanted.name)`,
      [roles, Object.keys(extensions)],
    );
    return rows.map(({ kind, name }) =>
      kind === 'role'
        ? `the role "${name}" does not exist (create it, or run the backup's .globals.sql)`
        : `the extension "${name}" is not installed on the server`,
    );
  });
}
