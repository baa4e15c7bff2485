import { z } from 'zod';
import { declareRoutes } from './declaration.ts';

/** Where backups or copies of them rest. */
export const destinationSchema = z
  .object({
    /** As BACKUP_DESTINATIONS calls it; `primary` where it has no other name. */
    id: z.string(),
    isPrimary: z.boolean().optional(),
    /** Without secrets; the primary one's alone is told. */
    location: z.string().optional(),
    /** The worst of what a look at it found; absent: nobody looked. */
    outcome: z.enum(['ok', 'warning', 'critical']).optional(),
    /** In sentences. */
    detail: z.string().optional(),
    freeBytes: z.number().optional(),
    totalBytes: z.number().optional(),
    /** As it has grown of late; absent: it does not, or nobody knows yet. */
    daysUntilFull: z.number().optional(),
  })
  .meta({ id: 'Destination' });
export type DestinationView = z.infer<typeof destinationSchema>;

export const destinationRoutes = declareRoutes({
  listDestinations: {
    method: 'GET',
    path: '/api/v1/destinations',
    tag: 'status',
    summary: 'Where backups and their copies rest, and the room there is',
    permission: 'status:read',
    failureShape: 'problem',
    replies: {
      200: {
        description: 'The primary one first; of the others what the watch over health saw.',
        schema: z.object({ destinations: z.array(destinationSchema) }),
      },
    },
    errors: [],
  },
});
