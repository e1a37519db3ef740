/**
 * For `npx vitest run --root scenarios`, started where faultline.config.ts is. In a vitest.config.ts beside the scenarios:
 *
 *     import { defineConfig } from 'vitest/config';
 *     import { faultlineVitestConfig } from 'faultline';
 *     export default defineConfig(faultlineVitestConfig());
 *
 * What `faultline run` takes as options comes from variables then: FAULTLINE_WORKERS, FAULTLINE_SEED, FAULTLINE_REPEAT,
 * FAULTLINE_TAG, FAULTLINE_FRESH, FAULTLINE_OUT, FAULTLINE_JSON, FAULTLINE_KNOWN, FAULTLINE_AGAINST,
 * FAULTLINE_PATIENCE, FAULTLINE_SETTLE_DEADLINE and FAULTLINE_WAIT_OUT. Choosing by file or name, sharding, bailing
 * out and reporting are vitest's own.
 */
import { fileURLToPath } from 'node:url';
import type { ViteUserConfig } from 'vitest/config';
import { extname } from 'node:path';
import { annotationsPlugin } from './annotations.ts';
import { trialOptions } from './vitest-options.ts';

/** The set-up lives with the command line: it is one, whose options are variables. */
const setupFile = fileURLToPath(new URL(`../cli/vitest-setup${extname(import.meta.url)}`, import.meta.url));

/** `include`: globs of scenario files, relative to the configuration; default: every module beside it. */
export const faultlineVitestConfig = (include: readonly string[] = ['*.{ts,mts,js,mjs}']): ViteUserConfig => ({
  plugins: [annotationsPlugin()],
  test: {
    ...trialOptions(),
    include: [...include],
    exclude: ['**/*.config.*', '**/*.test.*', '**/*.spec.*', '**/*.d.*', '**/_*', 'node_modules/**'],
    globalSetup: [setupFile],
  },
});
