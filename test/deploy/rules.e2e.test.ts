import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { docker, dockerObstacle } from './docker.ts';

const obstacle = await dockerObstacle();
const image = process.env['PROMETHEUS_IMAGE'] ?? 'prom/prometheus:v3';
const folder = fileURLToPath(new URL('../../deploy/prometheus/', import.meta.url));

describe.skipIf(obstacle)(`alert rules (${obstacle ?? 'a Docker engine answers'})`, () => {
  const promtool = (...args: readonly string[]): Promise<string> =>
    docker('run', '--rm', '--volume', `${folder}:/p:ro`, '--entrypoint', 'promtool', image, ...args);

  test(
    'promtool takes the configuration, and the rules do what their tests say',
    { timeout: 600_000 },
    async () => {
      expect(await promtool('check', 'config', '--syntax-only', '/p/prometheus.yml')).toContain('SUCCESS');
      expect(await promtool('test', 'rules', '/p/tests/holdfast.test.yml')).toContain('SUCCESS');
    },
  );
});
