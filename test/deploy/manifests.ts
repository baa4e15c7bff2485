import { readdir, readFile } from 'node:fs/promises';
import { parse, parseAllDocuments } from 'yaml';
import { z } from 'zod';

const root = new URL('../../', import.meta.url);

const probeSchema = z.object({
  httpGet: z.object({ path: z.string(), port: z.string() }).optional(),
  exec: z.object({ command: z.array(z.string()) }).optional(),
});
const sourceSchema = z.object({ name: z.string(), optional: z.boolean().optional() });
const containerSchema = z.object({
  name: z.string(),
  image: z.string(),
  args: z.array(z.string()),
  ports: z.array(z.object({ name: z.string(), containerPort: z.number() })).default([]),
  envFrom: z
    .array(z.object({ configMapRef: sourceSchema.optional(), secretRef: sourceSchema.optional() }))
    .default([]),
  env: z
    .array(
      z.object({
        name: z.string(),
        value: z.string().optional(),
        valueFrom: z.record(z.string(), z.unknown()).optional(),
      }),
    )
    .default([]),
  securityContext: z.object({
    allowPrivilegeEscalation: z.literal(false),
    readOnlyRootFilesystem: z.literal(true),
    capabilities: z.object({ drop: z.tuple([z.literal('ALL')]) }),
  }),
  startupProbe: probeSchema.optional(),
  livenessProbe: probeSchema.optional(),
  readinessProbe: probeSchema.optional(),
  resources: z.object({
    requests: z.object({ cpu: z.string(), memory: z.string() }),
    limits: z.object({ memory: z.string() }),
  }),
  volumeMounts: z.array(
    z.object({ name: z.string(), mountPath: z.string(), readOnly: z.boolean().optional() }),
  ),
});
const podSchema = z.object({
  metadata: z.object({ labels: z.record(z.string(), z.string()) }),
  spec: z.object({
    automountServiceAccountToken: z.literal(false),
    securityContext: z.object({ runAsNonRoot: z.literal(true), runAsUser: z.number().min(1) }),
    containers: z.tuple([containerSchema]),
    volumes: z.array(
      z.object({
        name: z.string(),
        secret: z.object({ secretName: z.string() }).optional(),
        configMap: z.object({ name: z.string() }).optional(),
        persistentVolumeClaim: z.object({ claimName: z.string() }).optional(),
        emptyDir: z.unknown().optional(),
      }),
    ),
  }),
});
/** A Deployment, StatefulSet or Job, as far as we promise something of it. */
export const workloadSchema = z.object({
  kind: z.enum(['Deployment', 'StatefulSet', 'Job']),
  metadata: z.object({ name: z.string() }),
  spec: z.object({
    template: podSchema,
    volumeClaimTemplates: z.array(z.object({ metadata: z.object({ name: z.string() }) })).default([]),
  }),
});
export type Workload = z.infer<typeof workloadSchema>;

export type Manifest = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly [more: string]: unknown;
};

const KUBERNETES = 'deploy/kubernetes';

/** Everything that a folder below deploy/kubernetes declares but its kustomization; throws for YAML that is none. */
export async function manifestsIn(folder: string): Promise<readonly Manifest[]> {
  const found: Manifest[] = [];
  for (const file of await filesIn(folder)) {
    for (const document of parseAllDocuments(await textOf(`${KUBERNETES}/${folder}/${file}`))) {
      if (document.errors.length > 0) throw new Error(`${folder}/${file}: ${document.errors.join('; ')}`);
      found.push(document.toJS() as Manifest); // what is in it is for the tests to judge
    }
  }
  return found;
}

export const filesIn = async (folder: string): Promise<readonly string[]> =>
  (await readdir(new URL(`${KUBERNETES}/${folder}/`, root)))
    .filter((file) => file.endsWith('.yaml') && file !== 'kustomization.yaml')
    .sort();

const kustomizationSchema = z.object({
  resources: z.array(z.string()),
  images: z.array(z.object({ name: z.string(), newTag: z.string() })).default([]),
  replicas: z.array(z.object({ name: z.string(), count: z.number() })).default([]),
  patches: z.array(z.object({ path: z.string() })).default([]),
});
export const kustomizationOf = async (folder: string): Promise<z.infer<typeof kustomizationSchema>> =>
  kustomizationSchema.parse(parse(await textOf(`${KUBERNETES}/${folder}/kustomization.yaml`)));

const composeSchema = z.object({
  services: z.record(
    z.string(),
    z.object({
      command: z.array(z.string()).optional(),
      environment: z.record(z.string(), z.unknown()).optional(),
    }),
  ),
});
export const composeServices = async (): Promise<z.infer<typeof composeSchema>['services']> =>
  composeSchema.parse(parse(await textOf('docker-compose.yml'), { merge: true })).services;

export const textOf = (path: string): Promise<string> => readFile(new URL(path, root), 'utf8');
