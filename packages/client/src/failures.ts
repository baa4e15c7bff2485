import { HoldfastError, isErrorCode } from '@holdfast/contracts';

/** The gateway did not answer, or something else did. Names the address, and what the connection said. */
export function unreachable(url: string, cause: unknown, why = reasonOf(cause)): HoldfastError {
  return new HoldfastError(
    'gateway_unreachable',
    `Cannot reach the gateway at ${url}: ${why}. Is it running, and is HOLDFAST_URL right?`,
    { cause },
  );
}

/** fetch says only "fetch failed"; what really happened is in its cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof AggregateError && error.cause.errors.length > 0)
    return reasonOf(error.cause.errors[0]);
  return error.cause === undefined ? error.message : reasonOf(error.cause);
}

/** The error in a failed answer: problem details or the envelope, both carry our code. */
export async function failureOfResponse(response: Response, url: string): Promise<HoldfastError> {
  const body: unknown = await response.json().catch(() => undefined); // a body that is no JSON is told below
  const field = (name: string): unknown =>
    typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[name] : undefined; // an object, checked
  const code = field('code');
  const message = field('detail') ?? field('error');
  if (isErrorCode(code) && typeof message === 'string') return new HoldfastError(code, message);
  if (response.status === 401) {
    return new HoldfastError(
      'unauthorized',
      `${url} refuses the credentials; set HOLDFAST_TOKEN or HOLDFAST_TOKEN_FILE.`,
    );
  }
  return unreachable(
    url,
    body,
    `it answered ${response.status} without saying why, so something stands in between`,
  );
}
