import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const find = (from: string): string => {
  const manifest = join(from, 'package.json');
  if (existsSync(manifest) && (JSON.parse(readFileSync(manifest, 'utf8')) as { name?: string }).name === 'faultline')
    return from;
  const parent = dirname(from);
  if (parent === from) throw new Error('no package.json named faultline above this file');
  return find(parent);
};

/** Folder of Faultline's own package: the checkout, or node_modules/faultline. Assets are found from here. */
export const packageRoot: string = find(dirname(fileURLToPath(import.meta.url)));
