import { z } from 'zod';
import { durationSchema } from '../duration.ts';
import { timestampSchema } from '../ids.ts';
import { declareRoutes } from './declaration.ts';
import { permissions, roleNames } from './permissions.ts';

/** Ids of databases, with * and ?. */
const databasePatternSchema = z.string().regex(/^[a-z0-9_*?-]{1,63}$/, 'a database id; * and ? are allowed');

/** What may be done with which databases: a role, permissions, or both together. */
export const grantSchema = z
  .strictObject({
    role: z.enum(roleNames).optional(),
    permissions: z.array(z.enum(permissions)).max(permissions.length).default([]),
    databases: z.array(databasePatternSchema).min(1).max(50).default(['*']),
  })
  .refine(({ role, permissions: named }) => role !== undefined || named.length > 0, 'a role or permissions')
  .meta({ id: 'Grant' });
export type Grant = z.infer<typeof grantSchema>;

/** A token as it is told of; the secret itself is told once, when it is made. */
export const tokenViewSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    grants: z.array(grantSchema),
    createdAt: timestampSchema,
    createdBy: z.string().optional(),
    expiresAt: timestampSchema.optional(),
    /** Coarse: an hour off at most. */
    lastUsedAt: timestampSchema.optional(),
    /** The token that takes its place. */
    rotatedTo: z.string().optional(),
  })
  .meta({ id: 'Token' });
export type TokenView = z.infer<typeof tokenViewSchema>;

const newTokenSchema = z
  .object({ token: z.string().describe('The secret. It is not told again.'), view: tokenViewSchema })
  .meta({ id: 'NewToken' });
export type NewToken = z.infer<typeof newTokenSchema>;

const tokenParams = z.object({ token: z.string().regex(/^[0-9a-f]{16}$/) });

export const tokenRoutes = declareRoutes({
  listTokens: {
    method: 'GET',
    path: '/api/v1/tokens',
    tag: 'access',
    summary: 'API tokens, by name; never their secrets',
    permission: 'token:read',
    failureShape: 'problem',
    replies: { 200: { description: 'All.', schema: z.object({ tokens: z.array(tokenViewSchema) }) } },
    errors: ['bus_unavailable'],
  },
  createToken: {
    method: 'POST',
    path: '/api/v1/tokens',
    tag: 'access',
    summary: 'Make a token; nobody can grant more than he has',
    permission: 'token:write',
    failureShape: 'problem',
    body: z.strictObject({
      name: z.string().min(1).max(80),
      grants: z.array(grantSchema).min(1).max(20),
      expiresInMs: z.number().int().min(60_000).max(315_360_000_000).optional(),
    }),
    replies: { 201: { description: 'Made.', schema: newTokenSchema } },
    errors: ['grant_too_wide', 'bus_unavailable'],
  },
  rotateToken: {
    method: 'POST',
    path: '/api/v1/tokens/:token/rotate',
    tag: 'access',
    summary: 'Make a token with the same grants; the old one ends after the overlap',
    permission: 'token:write',
    failureShape: 'problem',
    params: tokenParams,
    body: z.strictObject({
      overlap: durationSchema.default(86_400_000).describe('How long both work, at most 30 days.'),
    }),
    replies: { 201: { description: 'Made.', schema: newTokenSchema } },
    errors: ['token_not_found', 'grant_too_wide', 'version_conflict', 'bus_unavailable'],
  },
  revokeToken: {
    method: 'DELETE',
    path: '/api/v1/tokens/:token',
    tag: 'access',
    summary: 'End a token now; every gateway knows within 5 s',
    permission: 'token:write',
    failureShape: 'problem',
    params: tokenParams,
    replies: { 200: { description: 'It is gone.', schema: tokenViewSchema } },
    errors: ['token_not_found', 'grant_too_wide', 'bus_unavailable'],
  },
});
