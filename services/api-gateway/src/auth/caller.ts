import type { Permission } from '@holdfast/contracts';

/** Who asks, and what they may. */
export type Caller = { readonly name: string; readonly permissions: readonly Permission[] };

/** On public routes nobody asks. */
export const ANONYMOUS: Caller = { name: 'anonymous', permissions: [] };
