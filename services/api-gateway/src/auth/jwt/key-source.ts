import { HoldfastError } from '@holdfast/contracts';
import { createLocalJWKSet, createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose';

export type KeySourceOptions = {
  /** An unknown key id makes us fetch at most so often, whoever sends it [30 s]. */
  readonly cooldownMs?: number;
  /** [10 min] */
  readonly cacheMs?: number;
  readonly timeoutMs?: number;
  /** How long keys that were fetched once hold while the endpoint is down [24 h]: beyond it a revoked key might live on. */
  readonly staleMs?: number;
  readonly now?: () => number;
};

/**
 * Keys from a JWKS endpoint: cached, fetched again for a key id that is not among them. While the endpoint is down those
 * known go on; with none known it throws `identity_unavailable`.
 */
export function openKeySource(url: string, options: KeySourceOptions = {}): JWTVerifyGetKey {
  const { cooldownMs = 30_000, cacheMs = 600_000, timeoutMs = 5_000, staleMs = 86_400_000 } = options;
  const { now = Date.now } = options;
  const remote = createRemoteJWKSet(new URL(url), {
    cooldownDuration: cooldownMs,
    cacheMaxAge: cacheMs,
    timeoutDuration: timeoutMs,
  });
  let fetchedAt = 0;
  let downUntil = 0;

  return async (header, token) => {
    // A dead endpoint must not make every request wait for its time-out.
    if (now() < downUntil) return known(header, token);
    try {
      const key = await remote(header, token);
      if (remote.fresh) fetchedAt = now();
      return key;
    } catch (error) {
      if (isAboutTheToken(error)) throw error;
      downUntil = now() + cooldownMs;
      return known(header, token, error);
    }
  };

  async function known(...[header, token, cause]: [...Parameters<JWTVerifyGetKey>, unknown?]) {
    const jwks = remote.jwks();
    if (jwks && now() - fetchedAt < staleMs) return createLocalJWKSet(jwks)(header, token);
    throw new HoldfastError(
      'identity_unavailable',
      'The keys at AUTH_JWKS_URL cannot be fetched, so no JWT can be checked; API tokens work. Look at the identity provider.',
      { cause },
    );
  }
}

/** No or several keys fit it, or it asks for an algorithm that none has; the keys were there. */
const isAboutTheToken = (error: unknown): boolean =>
  error instanceof errors.JWKSNoMatchingKey ||
  error instanceof errors.JWKSMultipleMatchingKeys ||
  error instanceof errors.JOSENotSupported;
