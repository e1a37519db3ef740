/** For tests only: the global set-up of `npx vitest run` with doubleParts. */
import { processIo } from '../io.ts';
import { setupWith } from '../vitest-setup.ts';
import { doubleParts } from './double-parts.mjs';

export const setup = setupWith(processIo(), doubleParts);
