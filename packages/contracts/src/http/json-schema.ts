import { z } from 'zod';

export type JsonSchema = { readonly [keyword: string]: unknown };

/** JSON Schemas of zod schemas, the named ones (`meta({ id })`) collected once for `#/components/schemas`. */
export function createSchemaCollector(): {
  readonly schemaOf: (schema: z.ZodType, io: 'input' | 'output') => JsonSchema;
  readonly components: () => Readonly<Record<string, JsonSchema>>;
} {
  const components = new Map<string, JsonSchema>();
  return {
    schemaOf: (schema, io) => {
      // Inside an object, so that a named schema comes out as a reference even where it stands alone.
      const json = z.toJSONSchema(z.object({ it: schema }), {
        io,
        unrepresentable: 'any',
        cycles: 'ref',
        // Answers may grow: a client that refuses fields it does not know would break on the next release.
        override: ({ jsonSchema }) => {
          if (io === 'output' && jsonSchema.additionalProperties === false)
            delete jsonSchema.additionalProperties;
        },
      });
      for (const [name, definition] of Object.entries(json.$defs ?? {})) {
        const { id: _id, ...rest } = definition;
        components.set(name, hoisted(rest) as JsonSchema); // an object stays one
      }
      return hoisted(json.properties?.['it'] ?? {}) as JsonSchema; // an object stays one
    },
    components: () => Object.fromEntries([...components].sort(([a], [b]) => a.localeCompare(b))),
  };
}

/** References from the document's own `$defs` to OpenAPI's components. */
function hoisted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(hoisted);
  if (typeof value === 'string') return value.replace(/^#\/\$defs\//, '#/components/schemas/');
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, hoisted(inner)]));
}
