/** Which of the checks are made, and what must be read for them. */
import { FaultlineError } from '../base/errors.ts';
import { CHECK_NAMES } from '../diagnosis/checks.ts';
import type { CheckName } from '../diagnosis/checks.ts';

/** Of what is left out nothing is concluded. */
export interface Parts {
  /** Members and offsets. */
  readonly groups: boolean;
  /** Which are there. */
  readonly topics: boolean;
  readonly records: boolean;
  /** Rows that stages bring about. */
  readonly effects: boolean;
  readonly guards: boolean;
  /** Of services, where their logs are named. */
  readonly calls: boolean;
}

export const ALL_CHECKS: ReadonlySet<CheckName> = new Set(CHECK_NAMES);

const isName = (name: string): name is CheckName => (CHECK_NAMES as readonly string[]).includes(name);

const namesIn = (option: string, list: string): readonly CheckName[] => {
  const names = list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const unknown = names.filter((name) => !isName(name));
  if (unknown.length > 0 || names.length === 0)
    throw new FaultlineError(
      'usage',
      names.length === 0 ? `${option} names no check` : `${option}: there is no check ${unknown.join(', ')}`,
      `Checks are ${CHECK_NAMES.join(', ')}.`,
    );
  return names.filter(isName);
};

/** Lists with commas; undefined: not given. Errors: FaultlineError 'usage' for unknown names, or where none is left. */
export const chosenChecks = (only: string | undefined, skip: string | undefined): ReadonlySet<CheckName> => {
  const skipped = skip === undefined ? [] : namesIn('--skip', skip);
  const wanted = only === undefined ? CHECK_NAMES : namesIn('--only', only);
  const left = wanted.filter((name) => !skipped.includes(name));
  if (left.length === 0)
    throw new FaultlineError('usage', 'no check is left', 'Name fewer with --skip, or more with --only.');
  return new Set(left);
};

/** All that the checks rest on, and nothing else. */
export const partsOf = (checks: ReadonlySet<CheckName>): Parts => {
  const any = (...names: readonly CheckName[]): boolean => names.some((name) => checks.has(name));
  const records = any('event-in-topic', 'announced');
  return {
    groups: any('worker-running'),
    topics: records || any('topic-exists'),
    records,
    effects: any('effect-there', 'service-answered'),
    guards: any('guard-marked'),
    calls: any('service-called', 'service-answered'),
  };
};
