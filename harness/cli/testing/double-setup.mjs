/** For tests only: the global set-up of `npx vitest run` with doubleParts. */
import { processIo } from '../../../dist/harness/cli/io.js';
import { setupWith } from '../../../dist/harness/cli/vitest-setup.js';
import { doubleParts } from './double-parts.mjs';

export const setup = setupWith(processIo(), doubleParts);
