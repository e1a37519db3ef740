import { join } from 'node:path';
import type { Config } from './types.ts';

/** Where downloads and generated parts are kept: FAULTLINE_HOME, else .faultline beside the configuration. */
export const cacheFolder = (config: Pick<Config, 'root'>, env: Readonly<Record<string, string | undefined>>): string =>
  env['FAULTLINE_HOME'] ?? join(config.root, '.faultline');
