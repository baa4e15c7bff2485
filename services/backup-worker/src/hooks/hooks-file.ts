import { durationSchema } from '@holdfast/contracts';
import { z } from 'zod';

export const hookEvents = ['pre-backup', 'post-backup', 'pre-restore', 'post-restore'] as const;
export type HookEvent = (typeof hookEvents)[number];

const DEFAULT_TIMEOUT_MS = 30_000;

const hookSchema = z.strictObject({
  /** The program and its arguments; no shell is between. */
  command: z
    .array(z.string())
    .min(1)
    .refine(([program]) => program !== '', 'the program is empty'),
  timeout: durationSchema.default(DEFAULT_TIMEOUT_MS),
  /** Patterns over database ids with * and ?, separated by commas. */
  databases: z.string().min(1).default('*'),
});
export type Hook = z.output<typeof hookSchema>;

const hooksSchema = z
  .strictObject({
    'pre-backup': z.array(hookSchema).default([]),
    'post-backup': z.array(hookSchema).default([]),
    'pre-restore': z.array(hookSchema).default([]),
    'post-restore': z.array(hookSchema).default([]),
  })
  .readonly();
export type Hooks = z.output<typeof hooksSchema>;

export const noHooks: Hooks = hooksSchema.parse({});

export type ParsedHooks =
  { readonly ok: true; readonly hooks: Hooks } | { readonly ok: false; readonly problems: readonly string[] };

/** The file's content as YAML gave it; an empty file has no hooks. Every problem is answered, not the first alone. */
export function parseHooks(content: unknown): ParsedHooks {
  const parsed = hooksSchema.safeParse(content ?? {});
  if (parsed.success) return { ok: true, hooks: parsed.data };
  const problems = parsed.error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.join('.')}: ${message}`,
  );
  return { ok: false, problems };
}
