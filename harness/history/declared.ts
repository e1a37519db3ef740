/** What a declaration was when its history began, so that one that was changed since is known for it. */
import { createHash } from 'node:crypto';
import type { PipelineDeclaration } from '../pipeline/declaration.ts';

/** SHA-256, hex: two declarations of one hash are the same text. */
export const declarationHash = (pipeline: PipelineDeclaration): string =>
  createHash('sha256')
    .update(JSON.stringify(pipeline) ?? '')
    .digest('hex');
