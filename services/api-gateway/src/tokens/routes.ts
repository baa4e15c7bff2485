import { HoldfastError } from '@holdfast/contracts';
import type { GatewayDependencies } from '../dependencies.ts';
import { ok, type Handlers } from '../http/handler.ts';
import { createToken, listTokens, revokeToken, rotateToken } from './manage-tokens.ts';

const LONGEST_OVERLAP_MS = 30 * 86_400_000;

export const tokenHandlers = (
  deps: GatewayDependencies,
): Pick<Handlers, 'listTokens' | 'createToken' | 'rotateToken' | 'revokeToken'> => {
  const { tokenBucket: bucket, tokens, now } = deps;
  return {
    listTokens: async () => ok({ tokens: [...(await listTokens(bucket))] }),
    createToken: async ({ body: { name, grants, expiresInMs } }, { caller, note }) => {
      const expiresAt =
        expiresInMs === undefined ? undefined : new Date(now().getTime() + expiresInMs).toISOString();
      const made = await createToken(bucket, caller, { name, grants, expiresAt }, now());
      note({ target: made.view.id, after: made.view });
      return { status: 201, body: made };
    },
    rotateToken: async ({ params: { token: id }, body: { overlap } }, { caller, note }) => {
      if (overlap > LONGEST_OVERLAP_MS) {
        throw new HoldfastError('invalid_request', 'Two tokens overlap for 30 days at most.');
      }
      const made = await rotateToken({ bucket, tokens }, caller, { id, overlapMs: overlap }, now());
      note({ after: made.view });
      return { status: 201, body: made };
    },
    revokeToken: async ({ params: { token: id } }, { caller, note }) => {
      const gone = await revokeToken({ bucket, tokens }, caller, id);
      note({ before: gone });
      return ok(gone);
    },
  };
};
