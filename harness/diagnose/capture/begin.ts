/** How the payment is sent on its way to a stage. */
import { beginning, beginningsOf } from '../../scenario/acts.ts';
import { eventsOf } from '../../history/subjects.ts';
import type { Step } from '../../scenario/types.ts';
import { SUBJECT } from './forcing.ts';
import type { Unforced } from './forcing.ts';
import type { Situation } from './situation.ts';

/** The event of the outside world by which it came, or, where that was not found, the only one by which it can have. */
export const beganBy = ({ history, pipeline, facts }: Situation, role: string): string | Unforced => {
  const types = beginningsOf(pipeline, role);
  const told = types.filter((type) => eventsOf(history, facts.subject, type).length > 0);
  const [type, ...others] = told.length > 0 ? told : types;
  if (type === undefined) return { unforced: `no event of the outside world leads to ${role}` };
  return others.length === 0
    ? type
    : { unforced: `which of ${types.join(', ')} it began by is not told, and each of them leads to ${role}` };
};

export const beginWith = ({ pipeline }: Situation, type: string): Step => beginning(pipeline, type, [SUBJECT]);
