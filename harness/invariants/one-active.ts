import { isByWorkers } from '../history/allocations.ts';
import type { History } from '../history/history.ts';
import { nameOf, short } from '../history/names.ts';
import { rowsOf, sinceWhen, tablesAtEnd } from '../history/rows.ts';
import type { Row } from '../history/rows.ts';
import type { OneOfDeclaration } from '../pipeline/declaration.ts';
import { fits } from '../pipeline/queries.ts';
import type { Effecting } from '../pipeline/queries.ts';
import { atTheEnd, firstOfEachPair } from './judging.ts';
import { makerOf } from './makers.ts';
import { twoAnnounced } from './one-active-announced.ts';
import { twoActiveRows } from './one-active-rows.ts';
import type { Claim, Invariant } from './types.ts';

/** What stands beside one in the end and must not. Before the end it may still be resolved. */
const oneBesideAnother = (
  history: History,
  effecting: Effecting,
  { rows, notBeside }: OneOfDeclaration,
): readonly Claim[] => {
  if (notBeside === undefined) return [];
  const isOne = (values: Row['values']): boolean => fits(values, rows);
  const isOther = (values: Row['values']): boolean => fits(values, notBeside.rows);
  return firstOfEachPair(history).flatMap((subject): Claim[] => {
    const all = rowsOf(tablesAtEnd(history), effecting.entity, subject);
    const [one, other] = [all.find(({ values }) => isOne(values)), all.find(({ values }) => isOther(values))];
    if (one === undefined || other === undefined) return [];
    const [since, otherSince] = [sinceWhen(history, one, isOne), sinceWhen(history, other, isOther)];
    const later = since.lsn > otherSince.lsn ? { row: one, by: since } : { row: other, by: otherSince };
    // What the scenario put beside it was no worker's doing.
    if (!isByWorkers(history, later.by)) return [];
    return [
      {
        message: `${nameOf(subject)} has ${notBeside.one} ${short(one.values['id'])} and ${notBeside.other} ${short(other.values['id'])} beside it`,
        evidence: [one.changedBy.seq, other.changedBy.seq],
        subject: subject.name,
        shape: notBeside.shape,
        ...makerOf(history, effecting, later.by, later.row.values['id']),
        restsOn: ['postgres'],
      },
    ];
  });
};

/** `one-active-allocation`. */
export const oneActive = (effecting: Effecting, oneOf: OneOfDeclaration): Invariant => ({
  id: `one-active-${effecting.name}`,
  title: `Of ${oneOf.called} a student has at most one for a course, and one is announced.`,
  byAnEvent: true,
  needs: ['postgres', 'kafka'],
  check: (history) => {
    const violations = [...twoActiveRows(history, effecting, oneOf), ...twoAnnounced(history, effecting, oneOf)];
    if (oneOf.notBeside === undefined) return { violations };
    const atEnd = atTheEnd(history, () => oneBesideAnother(history, effecting, oneOf));
    return { ...atEnd, violations: [...violations, ...atEnd.violations] };
  },
});
