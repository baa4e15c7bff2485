import { createHash } from 'node:crypto';

/** Tells whether two sets of public keys are the same, whatever their order. */
export const recipientsDigest = (recipients: readonly string[]): string =>
  createHash('sha256')
    .update([...new Set(recipients)].sort().join('\n'))
    .digest('hex');
