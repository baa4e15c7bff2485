import type { IncomingHttpHeaders } from 'node:http';
import { HoldfastError } from '@holdfast/contracts';
import type { Answer } from '../http/handler.ts';

type Kept = {
  readonly revision: number;
  readonly value: { readonly updatedBy: string; readonly updatedAt: string };
};

/** A bucket's revision as the outside sees it. */
export const versionOf = ({ revision }: { readonly revision: number }): string => String(revision);

export const etagOf = (entry: { readonly revision: number }): { readonly etag: string } => ({
  etag: `"${versionOf(entry)}"`,
});

/** The version that `If-Match` names; undefined: any will do. Throws invalid_request on what is no version of ours. */
export function wantedVersion(headers: IncomingHttpHeaders): string | undefined {
  const text = headers['if-match'];
  if (text === undefined || text.trim() === '*') return undefined;
  const [, version] = /^\s*(?:W\/)?"(\d+)"\s*$/.exec(text) ?? [];
  if (version !== undefined) return version;
  throw new HoldfastError(
    'invalid_request',
    'If-Match takes one version as ETag gave it, in quotes, for example "12".',
  );
}

/** Whether this is what the caller saw. */
export const isWanted = (wanted: string | undefined, present: { readonly revision: number }): boolean =>
  wanted === undefined || wanted === versionOf(present);

/** 409 with what is there now, so that two people can settle it. */
export function conflict(what: string, wanted: string, present: Kept, current: unknown): Answer<never> {
  const { updatedBy, updatedAt } = present.value;
  const message = `${what} was changed by ${updatedBy} at ${updatedAt} and has version ${versionOf(present)} now, not ${wanted}; look at it again.`;
  return { failure: { code: 'version_conflict', message }, headers: etagOf(present), data: current };
}
