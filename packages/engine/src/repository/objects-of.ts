import type { Manifest } from '@holdfast/contracts';
import type { ManifestObject } from './read-dump.ts';

/** What a manifest names, and a removal takes away with it. */
export const objectsOf = ({ data, globals, ids }: Manifest): readonly ManifestObject[] => [
  data,
  ...(globals ? [globals] : []),
  ...(ids ? [ids] : []),
];
