/** A variable that is on or off. */
import { FaultlineError } from '../base/errors.ts';

/** Errors: FaultlineError 'config' that names the variable, for a text that says neither. */
export const parseSwitch = (name: string, value: string): boolean => {
  if (['1', 'true', 'yes', 'on'].includes(value)) return true;
  if (['0', 'false', 'no', 'off'].includes(value)) return false;
  throw new FaultlineError('config', `${name}: ${JSON.stringify(value)} is not allowed`, 'Give 1 or 0.');
};
