import { defineConfig } from 'vitest/config';

const everywhere = (ending: string) => [
  `packages/*/{src,test}/**/*${ending}`,
  `services/*/{src,test}/**/*${ending}`,
  `test/**/*${ending}`,
  `scripts/**/*${ending}`,
];
const integration = everywhere('.int.test.ts');
const acrossServices = everywhere('.e2e.test.ts');

// What is waited for takes milliseconds where it works. A busy machine may take longer, and no test is to fail for that.
const patient = { poll: { timeout: 20_000 } };

// Three kinds, told apart by name: pure and fast, against real servers, across services.
export default defineConfig({
  test: {
    maxWorkers: 3,
    projects: [
      {
        test: {
          name: 'unit',
          expect: patient,
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
          expect: patient,
          include: integration,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'e2e',
          expect: patient,
          include: acrossServices,
          testTimeout: 240_000,
          hookTimeout: 240_000,
        },
      },
    ],
  },
});
