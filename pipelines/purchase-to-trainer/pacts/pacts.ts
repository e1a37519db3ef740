/** The pacts of the pipeline's workers: of allocation-worker with admin-service, and of everybody who writes and reads its events. */
import type { PactDeclarations } from '../../../harness/pipeline/pacts.ts';
import { autoAssign } from './auto-assign.ts';
import { MESSAGES } from './events.ts';
import { readers } from './given.ts';

export const pacts: PactDeclarations = { calls: [autoAssign], messages: MESSAGES, readers };
