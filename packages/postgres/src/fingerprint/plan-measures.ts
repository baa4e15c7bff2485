import type { Fingerprint } from './fingerprint.ts';
import type { Relation } from './queries.ts';

export type MeasureOptions = {
  /** Also a hash over the rows of each table that is counted [false]. Reads them a second time. */
  readonly withContent?: boolean | undefined;
  /** Tables that are larger are not counted [none]. */
  readonly maxTableBytes?: number | undefined;
  /** Measure what this one measured, to be compared with it; the two others are not looked at then. */
  readonly like?: Pick<Fingerprint, 'estimated' | 'content'> | undefined;
};

export type Measures = {
  readonly counted: readonly Relation[];
  readonly estimated: readonly Relation[];
  /** Undefined: no content is hashed at all. A materialized view is filled anew by a restore, so it has no hash. */
  readonly hashed: readonly Relation[] | undefined;
};

/** What is counted, estimated and hashed. */
export function planMeasures(relations: readonly Relation[], options: MeasureOptions): Measures {
  const { like, maxTableBytes = Number.POSITIVE_INFINITY, withContent = false } = options;
  const isLarge = ({ name, sizeBytes }: Relation): boolean =>
    like ? Object.hasOwn(like.estimated ?? {}, name) : sizeBytes > maxTableBytes;
  const isHashed = (relation: Relation): boolean =>
    !relation.isMaterializedView &&
    !isLarge(relation) &&
    (!like || Object.hasOwn(like.content?.tables ?? {}, relation.name));
  return {
    counted: relations.filter((each) => !isLarge(each)),
    estimated: relations.filter(isLarge),
    hashed: (like ? like.content !== undefined : withContent) ? relations.filter(isHashed) : undefined,
  };
}
