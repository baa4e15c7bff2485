import { z } from 'zod';
import { eventSchemas } from '../events.ts';
import { declareRoutes } from './declaration.ts';
import { acceptedReply } from './runs.ts';

export const createValidationBody = z.strictObject(
  eventSchemas['validation.requested'].omit({ by: true }).shape,
);

export const validationRoutes = declareRoutes({
  createValidation: {
    method: 'POST',
    path: '/api/v1/validations',
    tag: 'validations',
    summary: 'Ask for a validation; level `restore` is the drill',
    permission: 'backup:validate',
    failureShape: 'problem',
    body: createValidationBody,
    makesRun: true,
    replies: { 202: acceptedReply },
    errors: [
      'backup_not_found',
      'path_refused',
      'manifest_invalid',
      'idempotency_mismatch',
      'bus_unavailable',
    ],
  },
});
