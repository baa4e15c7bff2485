import { usageError } from '../cli-error.ts';
import type { GlobalOptions } from '../global-options.ts';
import { profilesPath, readProfiles, type Profile } from './profile-file.ts';

/**
 * The profile that `--profile` or HOLDFAST_PROFILE names. With `--url` there is none: its token was meant for another
 * server. Throws a usage error for one that is not known, and for both flags at once.
 */
export async function chosenProfile(
  { profile, url }: Pick<GlobalOptions, 'profile' | 'url'>,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Profile | undefined> {
  if (profile !== undefined && url !== undefined)
    throw usageError('--profile and --url both name a server.', 'leave one of them out');
  const name = profile ?? (env['HOLDFAST_PROFILE'] || undefined);
  if (name === undefined || url !== undefined) return undefined;
  const profiles = await readProfiles(profilesPath(env));
  if (Object.hasOwn(profiles, name)) return profiles[name];
  const known = Object.keys(profiles).join(', ') || 'there is none';
  throw usageError(
    `There is no profile "${name}" (${known}).`,
    `backup-admin profiles add ${name} --url https://…`,
  );
}
