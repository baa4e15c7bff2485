import { expect, test } from 'vitest';
import { publishable } from './publishable.ts';

test('exports lead to what was built; what serves this repository alone is left out', () => {
  const manifest = {
    name: 'x',
    private: true,
    sideEffects: false,
    exports: { '.': './src/index.ts', './deep': './src/http/deep.ts' },
    scripts: { build: 'tsc' },
    devDependencies: { y: '1' },
    dependencies: { zod: '1' },
  };
  expect(publishable(manifest)).toEqual({
    name: 'x',
    sideEffects: false,
    exports: {
      '.': { types: './index.d.ts', default: './index.js' },
      './deep': { types: './http/deep.d.ts', default: './http/deep.js' },
      './package.json': './package.json',
    },
    dependencies: { zod: '1' },
  });
});

test('an export that nothing is built from is refused', () => {
  expect(() => publishable({ exports: { '.': './index.js' } })).toThrow('./index.js');
});
