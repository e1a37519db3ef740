import { FaultlineError } from '../base/errors.ts';
import type { EnvironmentChoice } from '../environment/start.ts';

/** Contracts need no cluster of somebody's. Errors: FaultlineError 'usage' when one was asked for. */
export const requireOwnParts = (choice: EnvironmentChoice): void => {
  if (choice === 'external')
    throw new FaultlineError(
      'usage',
      'contracts are made and verified on parts of their own, not on an external cluster',
      'Take --env embedded or docker.',
    );
};
