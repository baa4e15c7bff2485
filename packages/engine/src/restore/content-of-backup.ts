import type { Manifest } from '@holdfast/contracts';
import { createRoles, planRoles, withClient, type Target } from '@holdfast/postgres';
import type { EngineContext } from '../context.ts';
import type { RestoreContent } from './content.ts';
import { assertSameContent, fill } from './fill.ts';
import { readGlobals } from './read-globals.ts';

/**
 * A backup of ours: its manifest says what it needs and what it must come to. `withRoles`: roles that the server lacks are
 * made, as far as the backup knows them, just before it is filled in.
 */
export const contentOfBackup = (
  context: EngineContext,
  manifest: Manifest,
  { withRoles }: { readonly withRoles: boolean },
): RestoreContent => ({
  backup: manifest.backup,
  toolsVersion: manifest.fingerprint.toolsMajor * 10_000,
  tables: () => {
    const { rows, estimated } = manifest.fingerprint;
    return Promise.resolve(Object.keys({ ...rows, ...estimated }));
  },
  obstacles: async (admin) => {
    const { roles, extensions } = await missingOnServer(manifest.fingerprint, admin);
    const unknown =
      withRoles && roles.length > 0
        ? planRoles(await readGlobals(context, manifest), { wanted: roles, existing: [] }).unknown
        : roles;
    const advice = withRoles
      ? 'the backup does not know it either; create it'
      : "restore with --with-roles, create it, or run the backup's .globals.sql";
    return [
      ...unknown.map((name) => `the role "${name}" does not exist (${advice})`),
      ...extensions.map((name) => `the extension "${name}" is not installed on the server`),
    ];
  },
  fillInto: async (target, tools, options) => {
    const made = withRoles ? await makeRoles(context, manifest, target) : [];
    return [...made, ...(await fill(context, manifest, target, tools, options))];
  },
  compare: (target, tools, selection) => assertSameContent(context, manifest, target, tools, selection),
});

async function makeRoles(
  context: EngineContext,
  manifest: Manifest,
  target: Target,
): Promise<readonly string[]> {
  const { roles } = await missingOnServer(manifest.fingerprint, target);
  return roles.length === 0 ? [] : createRoles(target, await readGlobals(context, manifest), roles);
}

type Missing = { readonly roles: readonly string[]; readonly extensions: readonly string[] };

/** Roles and extensions that the content needs and the server lacks. */
async function missingOnServer(
  { roles, extensions }: Manifest['fingerprint'],
  target: Target,
): Promise<Missing> {
  return withClient(target, async (client) => {
    const { rows } = await client.query<{ kind: string; name: string }>(
      `select 'role' as kind, wanted.name from unnest($1::text[]) as wanted(name)
        where not exists (select from pg_roles where rolname = wanted.name)
       union all
       select 'extension', wanted.name from unnest($2::text[]) as wanted(name)
        where not exists (select from pg_available_extensions available where available.name = wanted.name)`,
      [roles, Object.keys(extensions)],
    );
    const named = (kind: string): readonly string[] =>
      rows.filter((row) => row.kind === kind).map(({ name }) => name);
    return { roles: named('role'), extensions: named('extension') };
  });
}
