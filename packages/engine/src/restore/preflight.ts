import { HoldfastError, type Manifest } from '@holdfast/contracts';
import { withClient, type PreflightFinding, type Target } from '@holdfast/postgres';

/** Throws preflight_failed naming everything that stands in the way at once. */
export async function assertNothingBlocks(
  manifest: Manifest,
  found: readonly PreflightFinding[],
  admin: Target,
): Promise<void> {
  const blocking = [
    ...found.filter((finding) => finding.blocking).map((finding) => finding.detail),
    ...(await missingOnServer(manifest, admin)),
  ];
  if (blocking.length === 0) return;
  throw new HoldfastError('preflight_failed', `The restore was not begun: ${blocking.join('; ')}.`);
}

/** Roles and extensions that the content needs and the server lacks. */
async function missingOnServer(manifest: Manifest, admin: Target): Promise<readonly string[]> {
  const { roles, extensions } = manifest.fingerprint;
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
