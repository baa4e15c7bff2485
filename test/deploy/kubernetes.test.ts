import { serviceNames } from '@holdfast/contracts';
import { describe, expect, test } from 'vitest';
import {
  composeServices,
  filesIn,
  kustomizationOf,
  manifestsIn,
  textOf,
  workloadSchema,
  type Workload,
} from './manifests.ts';

// What is known without a cluster's own schemas: structure, names that must meet, and what we promise of every pod.
const base = await manifestsIn('base');
const WORKLOADS = ['Deployment', 'StatefulSet', 'Job'];
const workloads: readonly Workload[] = base
  .filter(({ kind }) => WORKLOADS.includes(kind))
  .map((manifest) => workloadSchema.parse(manifest));
const named = (kind: string): readonly string[] =>
  base
    .filter((manifest) => manifest.kind === kind)
    .map(({ metadata }) => metadata.name)
    .sort();
const containerOf = ({ spec }: Workload) => spec.template.spec.containers[0];

test('every service is there, and what it needs', () => {
  expect(named('Deployment')).toEqual([...serviceNames].sort());
  expect(named('StatefulSet')).toEqual(['drill', 'nats', 'postgres']);
  expect(named('Job')).toEqual(['provision']);
  expect(new Set(named('PodDisruptionBudget'))).toEqual(
    new Set([...named('Deployment'), ...named('StatefulSet')]),
  );
});

test('nothing has a secret in it: all come by reference', () => {
  expect(named('Secret')).toEqual([]);
  for (const { name, env } of workloads.map(containerOf))
    for (const { name: variable, value } of env)
      if (/PASSWORD|SECRET|TOKEN|KEY/.test(variable) && !variable.endsWith('_FILE'))
        expect(value, `${name}: ${variable}`).toBeUndefined();
});

describe.each(workloads.map((workload) => [workload.metadata.name, workload] as const))(
  '%s',
  (name, workload) => {
    const { spec, metadata } = workload.spec.template;
    const container = containerOf(workload);

    test('mounts what it declares, and declares what it mounts', () => {
      const declared = [
        ...spec.volumes.map((volume) => volume.name),
        ...workload.spec.volumeClaimTemplates.map((claim) => claim.metadata.name),
      ];
      expect(container.volumeMounts.map((mount) => mount.name).sort()).toEqual(declared.sort());
      for (const { persistentVolumeClaim, configMap } of spec.volumes) {
        if (persistentVolumeClaim)
          expect(named('PersistentVolumeClaim')).toContain(persistentVolumeClaim.claimName);
        if (configMap) expect(named('ConfigMap')).toContain(configMap.name);
      }
      for (const { configMapRef, secretRef } of container.envFrom) {
        if (configMapRef && !configMapRef.optional) expect(named('ConfigMap')).toContain(configMapRef.name);
        if (secretRef) expect(secretRef.optional).toBe(true);
      }
    });

    test('has probes of ports that it has', () => {
      const probes = [container.startupProbe, container.livenessProbe, container.readinessProbe];
      if (workload.kind === 'Job') return expect(probes).toEqual([undefined, undefined, undefined]);
      for (const probe of probes) {
        expect(probe).toBeDefined();
        if (probe?.httpGet) expect(container.ports.map((port) => port.name)).toContain(probe.httpGet.port);
        else expect(probe?.exec?.command[0]).toBe('pg_isready');
      }
      return undefined;
    });

    test('is called, started and set as in Compose', async () => {
      const inCompose = (await composeServices())[name];
      expect(inCompose).toBeDefined();
      expect(metadata.labels['app.kubernetes.io/name']).toBe(name);
      // The node's name is the pod's here.
      if (name !== 'nats') expect(container.args).toEqual(inCompose?.command);
      const set = new Map(container.env.map((each) => [each.name, each.value]));
      // Databases come through Compose's own environment there.
      for (const [variable, value] of Object.entries(inCompose?.environment ?? {}))
        if (/_FILE$|_DIR$/.test(variable) && set.has(variable)) expect(set.get(variable)).toBe(value);
      if (container.image === 'holdfast') {
        const paths = container.volumeMounts.map((mount) => mount.mountPath);
        for (const [variable, value = ''] of set)
          if (/_FILE$|_DIR$/.test(variable))
            expect(
              paths.some((path) => value.startsWith(path)),
              variable,
            ).toBe(true);
      }
    });
  },
);

test('what a policy or a service selects exists', () => {
  const names = new Set(workloads.map(({ metadata }) => metadata.name));
  const selected = base
    .filter(({ kind }) => ['Service', 'NetworkPolicy', 'PodDisruptionBudget'].includes(kind))
    .flatMap((manifest) => [...JSON.stringify(manifest).matchAll(/"app\.kubernetes\.io\/name":"([^"]+)"/g)])
    .map(([, name = '']) => name);
  expect(selected.length).toBeGreaterThan(15);
  for (const name of selected) expect(names).toContain(name);
});

test("history's first start is the same as in Compose", async () => {
  const [config] = base.filter(({ metadata }) => metadata.name === 'postgres-first-start');
  expect(config?.['data']).toEqual({ 'history.sh': await textOf('deploy/postgres/history.sh') });
});

test('the base lists its files; overlays change what is there', async () => {
  expect([...(await kustomizationOf('base')).resources].sort()).toEqual(await filesIn('base'));
  const images = new Set(workloads.map((workload) => containerOf(workload).image));
  for (const overlay of ['overlays/small', 'overlays/production']) {
    const kustomization = await kustomizationOf(overlay);
    expect(new Set(kustomization.images.map(({ name }) => name))).toEqual(images);
    const named = new Set(workloads.map(({ metadata }) => metadata.name));
    for (const { name, count } of kustomization.replicas) {
      expect(named).toContain(name);
      expect(count).toBeGreaterThan(1);
    }
    const patches = kustomization.patches.map(({ path }) => path);
    const own = kustomization.resources.filter((resource) => resource !== '../../base');
    expect([...patches, ...own].sort()).toEqual(await filesIn(overlay));
    const there = new Set(base.map(({ kind, metadata }) => `${kind} ${metadata.name}`));
    for (const { kind, metadata } of await manifestsIn(overlay))
      if (kind !== 'Namespace') expect(there).toContain(`${kind} ${metadata.name}`);
  }
});
