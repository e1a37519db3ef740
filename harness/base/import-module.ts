/** Importing a user's module: TypeScript or JavaScript, in a project of its own or in an empty folder. */
import { extname } from 'node:path';
import { pathToFileURL } from 'node:url';

/** This package's own index: beside the sources when run from them, beside the compiled files otherwise. */
const ownIndex = new URL(`../index${extname(import.meta.url)}`, import.meta.url).href;

/**
 * A module's exports. `import … from 'faultline'` inside it gives this running package, so it works in a folder without
 * node_modules too. Errors: whatever importing or running the module throws.
 */
export const importModule = async (file: string): Promise<Record<string, unknown>> => {
  const [{ createJiti }, faultline] = await Promise.all([import('jiti'), import(ownIndex) as Promise<unknown>]);
  // No cache on disk: it would appear in the user's node_modules.
  const jiti = createJiti(pathToFileURL(file).href, {
    fsCache: false,
    interopDefault: false,
    virtualModules: { faultline },
  });
  return jiti.import<Record<string, unknown>>(file);
};
