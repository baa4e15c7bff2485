import {
  HoldfastError,
  repliesOf,
  routes,
  type OperationId,
  type RouteDeclaration,
} from '@holdfast/contracts';
import type { CallOptions } from './client.ts';
import { failureOfResponse, unreachable } from './failures.ts';

export type Gateway = {
  /** Without a slash at its end. */
  readonly url: string;
  readonly token: string | undefined;
  readonly fetch: typeof fetch;
};

export type PlannedRequest = {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly body: string | FormData | undefined;
};

/** Sorts one flat input into path, query and body, as the declaration says. */
export function planRequest(
  declaration: RouteDeclaration,
  input: Readonly<Record<string, unknown>>,
): PlannedRequest {
  const given = Object.entries(input).filter(([, value]) => value !== undefined);
  const inQuery = new Set(Object.keys(declaration.query?.shape ?? {}));
  const inPath = new Set(Object.keys(declaration.params?.shape ?? {}));
  const path = declaration.path.replace(/:(\w+)/g, (_, name: string) =>
    encodeURIComponent(String(input[name])),
  );
  const query = new URLSearchParams();
  const body: Record<string, unknown> = {};
  for (const [name, value] of given) {
    if (inPath.has(name)) continue;
    if (inQuery.has(name) || !declaration.body) query.set(name, String(value));
    else body[name] = value;
  }
  if (declaration.form) {
    return { method: declaration.method, target: path, body: formOf(given) };
  }
  return {
    method: declaration.method,
    target: query.size === 0 ? path : `${path}?${query.toString()}`,
    body: declaration.body ? JSON.stringify(body) : undefined,
  };
}

/** Fields first: a file may be large, and whoever reads it knows them by then. */
function formOf(given: readonly (readonly [string, unknown])[]): FormData {
  const form = new FormData();
  for (const [name, value] of given) if (!(value instanceof Blob)) form.set(name, String(value));
  for (const [name, value] of given) if (value instanceof Blob) form.set(name, value);
  return form;
}

export async function callOperation(
  gateway: Gateway,
  operation: OperationId,
  input: Readonly<Record<string, unknown>>,
  options: CallOptions,
): Promise<unknown> {
  const response = await send(gateway, planRequest(routes[operation], input), options);
  if (!response.ok) throw await failureOfResponse(response, gateway.url);
  const reply = repliesOf(operation).find(([status]) => status === response.status)?.[1];
  if (!reply?.schema) return response;
  const parsed = reply.schema.safeParse(await readJson(response, gateway.url));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new HoldfastError(
    'internal',
    `${gateway.url} answered ${operation} in an unexpected shape (${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}); are client and gateway of the same release?`,
  );
}

export async function send(
  gateway: Gateway,
  request: PlannedRequest,
  options: CallOptions,
): Promise<Response> {
  // No Headers: making them loads the whole of the built-in fetch, which a caller's own may do without.
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(options.headers ?? {})) headers[name.toLowerCase()] = value;
  if (gateway.token !== undefined) headers['authorization'] = `Bearer ${gateway.token}`;
  if (options.idempotencyKey !== undefined) headers['idempotency-key'] = options.idempotencyKey;
  if (options.respondAsync) headers['prefer'] = 'respond-async';
  // fetch itself sets the type of a form, with the boundary between its parts.
  if (typeof request.body === 'string') headers['content-type'] = 'application/json';
  try {
    return await gateway.fetch(`${gateway.url}${request.target}`, {
      method: request.method,
      headers,
      ...(request.body === undefined ? {} : { body: request.body }),
      ...(options.signal ? { signal: options.signal } : {}),
    });
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw unreachable(gateway.url, error);
  }
}

async function readJson(response: Response, url: string): Promise<unknown> {
  try {
    return await response.json();
  } catch (error) {
    throw unreachable(url, error, 'what answers there is no Holdfast gateway, or the connection broke');
  }
}
