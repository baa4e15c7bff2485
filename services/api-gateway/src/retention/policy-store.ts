import type { Bucket, Bus } from '@holdfast/bus';
import { storedPolicySchema } from '@holdfast/contracts';
import type { z } from 'zod';

export type StoredPolicy = z.output<typeof storedPolicySchema>;

/** Bucket `policies`, by a database's id or `_default`. */
export type PolicyStore = Bucket<StoredPolicy>;

export const openPolicies = (bus: Bus): Promise<PolicyStore> => bus.bucket('policies', storedPolicySchema);
