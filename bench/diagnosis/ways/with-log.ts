/** The same with the log of the service's requests: what failed is shown by it, and what is not in it shows nothing. */
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
  // A call that was not answered is in no log.
  like(apiNotCalled, 'is killed before the call'),
  like(apiNotCalled, 'first-of-batch'),
  like(guardMarked, '(incident) trusts the guard'),
  // The mark comes first: while it stands, a service that is repaired is not asked again. A row may have been taken away since.
  { ...like(guardMarked, 'the service says that it is done'), expects: possible('FL0104', 'FL0107') },
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
