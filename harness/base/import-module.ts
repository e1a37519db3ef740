/** Importing a user's module: TypeScript or JavaScript, in a project of its own or in an empty folder. */
import { createRequire } from 'node:module';
import { extname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** This package's own index: beside the sources when run from them, beside the compiled files otherwise. */
const ownIndex = new URL(`../index${extname(import.meta.url)}`, import.meta.url).href;

const hasOwn = (file: string, name: string): boolean => {
  try {
    createRequire(file).resolve(name);
    return true;
  } catch {
    return false;
  }
};

/** Stubs are written with it, and not every installer puts it where the project's own modules find it. Loaded when it is imported. */
const mswFor = (file: string): Readonly<Record<string, string>> =>
  hasOwn(file, 'msw') ? {} : { msw: fileURLToPath(import.meta.resolve('msw')) };

/**
 * A module's exports. `import … from 'faultline'` inside it gives this running package, and `from 'msw'` the one that came with it where
 * the project has none: it works in a folder without node_modules too. Errors: whatever importing or running the module throws.
 */
export const importModule = async (file: string): Promise<Record<string, unknown>> => {
  const [{ createJiti }, faultline] = await Promise.all([import('jiti'), import(ownIndex) as Promise<unknown>]);
  // No cache on disk: it would appear in the user's node_modules.
  const jiti = createJiti(pathToFileURL(file).href, {
    fsCache: false,
    interopDefault: false,
    virtualModules: { faultline },
    alias: mswFor(file),
  });
  return jiti.import<Record<string, unknown>>(file);
};
