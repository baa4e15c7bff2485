import { defineConfig } from 'vitest/config';

const everywhere = (ending: string) => [
  `packages/*/{src,test}/**/*${ending}`,
  `services/*/{src,test}/**/*${ending}`,
  `test/**/*${ending}`,
  `scripts/**/*${ending}`,
];
const integration = everywhere('.int.test.ts');
const acrossServices = everywhere('.e2e.test.ts');

// Three kinds, told apart by name: pure and fast, against real servers, across services.
export default defineConfig({
  test: {
    maxWorkers: 3,
    projects: [
      {
        test: {
          name: 'unit',
          include: everywhere('.test.ts'),
          exclude: [...integration, ...acrossServices],
          // Far above what any takes on an idle machine: a busy one must not fail them.
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'int',
          include: integration,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: acrossServices,
          testTimeout: 240_000,
          hookTimeout: 240_000,
        },
      },
    ],
  },
});
