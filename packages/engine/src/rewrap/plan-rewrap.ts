import { rewrappedFilename, type Manifest } from '@holdfast/contracts';
import { globalsKeyOf } from '../backup/options.ts';
import type { ManifestObject } from '../repository/read-dump.ts';

export type RewrittenKeys = { readonly data: string; readonly globals: string | undefined };

/** Where the new objects go. `token`: tells this try from any other at the same revision, as no key is used again. */
export function rewrittenKeys({ data, globals }: Manifest, revision: number, token: string): RewrittenKeys {
  const at = data.key.lastIndexOf('/') + 1;
  const key = data.key.slice(0, at) + rewrappedFilename(data.key.slice(at), revision, token);
  return { data: key, globals: globals && globalsKeyOf(key) };
}

/** The manifest that names them. The ids of the chunks stay: nothing in the archive has changed. */
export function withObjects(
  manifest: Manifest,
  data: ManifestObject,
  globals: ManifestObject | undefined,
): Manifest {
  const { key, sizeBytes, sha256 } = data;
  const filename = key.slice(key.lastIndexOf('/') + 1);
  return {
    ...manifest,
    backup: { ...manifest.backup, filename, sizeBytes, sha256 },
    data: { ...manifest.data, key, sizeBytes, sha256 },
    ...(globals ? { globals } : {}),
  };
}
