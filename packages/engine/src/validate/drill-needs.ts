import type { Manifest } from '@holdfast/contracts';

/** What a scratch server must have for a drill. */
export type DrillNeeds = {
  /** `server_version_num` that it must have at least; undefined: the newest there is. */
  readonly serverVersion: number | undefined;
  readonly source: Manifest['source'];
  readonly roles: readonly string[];
  readonly extensions: readonly string[];
  /** Of the dump; absent: not known. */
  readonly rawBytes?: number | undefined;
};

export const drillNeedsOf = ({ fingerprint, source, backup }: Manifest): DrillNeeds => ({
  serverVersion: fingerprint.serverVersion,
  source,
  roles: fingerprint.roles,
  extensions: Object.keys(fingerprint.extensions),
  rawBytes: backup.rawBytes,
});
