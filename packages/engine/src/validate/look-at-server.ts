import { withClient, type Target } from '@holdfast/postgres';
import type { DrillNeeds } from './drill-needs.ts';
import type { DrillServerFacts } from './judge-needs.ts';

/** What the scratch server has of what a drill needs. */
export async function lookAtServer(
  admin: Target,
  needs: Pick<DrillNeeds, 'roles' | 'extensions'>,
): Promise<DrillServerFacts> {
  return withClient(admin, async (client) => {
    const { rows: server } = await client.query<{ version: string; may: boolean }>(
      `select current_setting('server_version_num') as version, rolsuper or rolcreaterole as may
         from pg_roles where rolname = current_user`,
    );
    const { rows: extensions } = await client.query<{ name: string; trusted: boolean }>(
      'select name, bool_or(trusted) as trusted from pg_available_extension_versions where name = any($1) group by name',
      [needs.extensions],
    );
    const { rows: roles } = await client.query<{ name: string }>(
      'select rolname as name from pg_roles where rolname = any($1)',
      [needs.roles],
    );
    return {
      serverVersion: Number(server[0]?.version),
      extensions: new Map(extensions.map(({ name, trusted }) => [name, trusted])),
      roles: new Set(roles.map(({ name }) => name)),
      mayMakeRoles: server[0]?.may ?? false,
    };
  });
}
