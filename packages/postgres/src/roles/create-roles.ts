import { withClient } from '../connection/client.ts';
import type { Target } from '../connection/target.ts';
import { planRoles } from './plan-roles.ts';

/**
 * Makes those of `wanted` that the globals know, all or none; answers warnings. Roles belong to the server: they stay even if
 * what they were made for fails.
 */
export async function createRoles(
  target: Target,
  globalsSql: string,
  wanted: readonly string[],
): Promise<readonly string[]> {
  const plan = await withClient(target, async (client) => {
    const { rows } = await client.query<{ rolname: string }>('select rolname from pg_roles');
    const existing = rows.map(({ rolname }) => rolname);
    const missing = wanted.filter((name) => !existing.includes(name));
    const planned = planRoles(globalsSql, { wanted: missing, existing });
    await client.query('begin');
    for (const statement of planned.statements) await client.query(statement);
    await client.query('commit');
    return planned;
  });
  if (plan.creates.length === 0) return plan.warnings;
  return [`Made the roles ${plan.creates.map((name) => `"${name}"`).join(', ')}.`, ...plan.warnings];
}
