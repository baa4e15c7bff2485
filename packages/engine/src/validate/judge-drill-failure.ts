import type { Failure } from '@holdfast/contracts';

/** `bad`: the backup's own fault. `inconclusive`: it wants what a drill does not give. `unavailable`: the scratch server's fault. */
export type DrillFailure = 'bad' | 'inconclusive' | 'unavailable';

/** The scratch server was lost, or had no room: said of it, not of the backup. */
const SERVER_TROUBLE =
  /server closed the connection|terminating connection|the database system is|No space left on device|could not (?:extend|write)|out of memory|out of shared memory|connection to server|Connection terminated/i;

/**
 * What a superuser alone can make, beyond what is left out by its kind. Not here: what code asks for while it is being
 * restored, such as running a program or reading a file. That is no content, and nothing that a good backup does.
 */
const SUPERUSER_CONTENT =
  /permission denied for language|permission denied for foreign-data wrapper|must be superuser to create (?:a|an|FOR) |permission denied to create (?:event trigger|foreign-data wrapper|subscription|extension)|failed at (?:GRANT|REVOKE|ALTER DEFAULT PRIVILEGES)\b.*permission denied/s;

/** What a failure while restoring or comparing in a drill says. */
export function judgeDrillFailure(
  failure: Failure,
  facts: {
    /** Whether the scratch server still answers. */
    readonly isServerAlive: boolean;
    readonly isOtherMajor: boolean;
    /** Whether superuser content was left out, on which other content may build. */
    readonly leftOut: boolean;
  },
): DrillFailure {
  const { code, message } = failure;
  if (!facts.isServerAlive || code === 'server_unreachable') return 'unavailable';
  if (code !== 'restore_failed') return 'bad';
  if (SERVER_TROUBLE.test(message)) return 'unavailable';
  if (SUPERUSER_CONTENT.test(message) || facts.isOtherMajor) return 'inconclusive';
  return facts.leftOut && /does not exist/.test(message) ? 'inconclusive' : 'bad';
}
