type Manifest = Readonly<Record<string, unknown>> & { readonly exports: Readonly<Record<string, string>> };

/** The package.json of a built package: what others install has no sources, no scripts and no test tools. */
export function publishable({
  private: _held,
  scripts: _scripts,
  devDependencies: _devDependencies,
  exports,
  ...kept
}: Manifest): Readonly<Record<string, unknown>> {
  return {
    ...kept,
    exports: {
      ...Object.fromEntries(Object.entries(exports).map(([name, source]) => [name, built(source)])),
      './package.json': './package.json',
    },
  };
}

function built(source: string): Readonly<Record<string, string>> {
  const [, stem] = /^\.\/src\/(.+)\.ts$/.exec(source) ?? [];
  if (stem === undefined) throw new Error(`The export ${source} is no TypeScript file below ./src.`);
  return { types: `./${stem}.d.ts`, default: `./${stem}.js` };
}
