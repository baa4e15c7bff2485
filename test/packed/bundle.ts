import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

type Built = readonly { readonly output: readonly { readonly moduleIds?: readonly string[] }[] }[];
type Bundler = { readonly build: (config: unknown) => Promise<Built> };

/** The modules of which something is left when a file of the scratch project is bundled, by the bundler that vitest brings. */
export async function bundledModules(dir: string, file: string): Promise<readonly string[]> {
  const ofVitest = createRequire(import.meta.resolve('vitest'));
  const { build } = (await import(pathToFileURL(ofVitest.resolve('vite')).href)) as Bundler; // its types are not ours
  const built = await build({
    root: dir,
    configFile: false,
    logLevel: 'error',
    build: { write: false, minify: false, lib: { entry: join(dir, file), formats: ['es'] } },
  });
  return built.flatMap(({ output }) => output.flatMap(({ moduleIds }) => moduleIds ?? []));
}
