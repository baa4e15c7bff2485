import { z } from 'zod';

/** Tried in this order where a schema names no example: whatever it accepts first is shown. */
const COMMON: readonly string[] = ['8484', '1', 'true', '30s', 'name', '/path/to/file'];

/**
 * A value that `schema` accepts, to be shown beside a problem: its own example, an allowed value or its default.
 * Undefined when none is known.
 */
export function exampleOf(schema: z.ZodType): string | undefined {
  const described = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  const candidates = [...(described.examples ?? []), described.default, ...(described.enum ?? []), ...COMMON];
  return candidates
    .filter((candidate) => ['string', 'number', 'boolean'].includes(typeof candidate))
    .map(String)
    .find((candidate) => candidate !== '' && schema.safeParse(candidate).success);
}
