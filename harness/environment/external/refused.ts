import { FaultlineError } from '../../base/errors.ts';

/** Why somebody's cluster or server cannot be used, and what would change that. */
export const refused = (message: string, hint: string): FaultlineError =>
  new FaultlineError('environment', message, hint);
