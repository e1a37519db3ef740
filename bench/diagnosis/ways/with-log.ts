/** The same with the log of the service's requests, which tells what was called and answered: less is left that is only possible. */
import { possible, shown, workers } from '../types.ts';
import type { Way } from '../types.ts';
import { apiFailing } from './api-failing.ts';
import { apiNotCalled } from './api-not-called.ts';
import { guardMarked } from './guard-marked.ts';
import { payAll, startBoth, untilRecord } from './acts.ts';
import { stuck } from './stuck.ts';

/** A way without a log, found by a part of its name. */
const like = (list: readonly Way[], part: string): Way => {
  const found = list.find(({ name }) => name.includes(part));
  if (found === undefined) throw new Error(`no way is called ${part}`);
  return { ...found, name: `${found.name}; with the service's log`, log: true };
};

export const withLog: readonly Way[] = [
  { ...like(apiFailing, 'answers 500, and allocation-worker (gives-up'), expects: [shown('FL0107')] },
  { ...like(apiFailing, 'answers 400'), expects: [shown('FL0107')] },
  // Where the offset is all that there is, it may have been set there.
  { ...like(apiNotCalled, 'is killed before the call'), expects: possible('FL0106', 'FL0105') },
  { ...like(apiNotCalled, 'first-of-batch'), expects: possible('FL0106', 'FL0105') },
  { ...like(guardMarked, '(incident) trusts the guard'), expects: possible('FL0104', 'FL0106') },
  // The mark comes first: while it stands, a service that is repaired is not asked again.
  { ...like(guardMarked, 'the service says that it is done'), expects: [...possible('FL0104'), shown('FL0107')] },
  // Its worker may be about to try again.
  { ...like(stuck, 'the service answers 500'), expects: possible('FL0109', 'FL0107') },
  {
    name: "all has come to its end; with the service's log",
    of: 'none',
    workers: workers({}),
    expects: [],
    log: true,
    bring: async (system, cases) => {
      await startBoth(system);
      await payAll(system, cases);
      await untilRecord(system, cases, 'trainer-allocated');
    },
  },
];
