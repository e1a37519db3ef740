import { hadEffectBy, hadEffectVia } from '../history/effects.ts';
import type { History } from '../history/history.ts';
import { idOf } from '../history/ids.ts';
import { eventName, nameOf, short } from '../history/names.ts';
import { eventsOf, paymentsOf } from '../history/subjects.ts';
import type { Effecting, Pipeline } from '../pipeline/queries.ts';
import { lackingOf, withArticle } from '../pipeline/words.ts';
import { atTheEnd, mayStayDeadLettered } from './judging.ts';
import { isAbout, mayBeDeadLettered, mayHaveMade, owedAtEnd, publishedAbout } from './owed.ts';
import type { Owed } from './owed.ts';
import { missingBy, takenBackOf } from './taken-back.ts';
import type { Claim, Invariant } from './types.ts';

/** Subjects that were begun and did not get on. */
const ofSubjects = (history: History, { role, stage, name, entity }: Effecting): readonly Claim[] =>
  paymentsOf(history).flatMap((subject): Claim[] => {
    const began = eventsOf(history, subject, stage.consumes)[0];
    if (began === undefined || hadEffectBy(history, role, subject)) return [];
    if (mayStayDeadLettered(history, subject, stage.consumes)) return [];
    const takenBack = takenBackOf(history, role, subject);
    const lacks = takenBack?.isIt !== true ? `has no ${entity.called}` : `a worker took its ${entity.called} back`;
    return [
      {
        message: `${nameOf(subject)} ${history.pipeline.subject.begun} (${eventName(began)}) and ${lacks}`,
        evidence: [began.record.seq, ...(takenBack?.evidence ?? [])],
        subject: subject.name,
        shape: takenBack?.isIt !== true ? `no-${name}` : `${name}-taken-back`,
        ...missingBy(history, history.pipeline.makersOf(name).length === 1 ? role : undefined, takenBack),
        restsOn: ['postgres', 'kafka'],
      },
    ];
  });

/** `payment-gets-purchase`: of the stage that works on the beginning. */
export const subjectGetsEffect = (effecting: Effecting, { subject }: Pipeline): Invariant => ({
  id: `${subject.called}-gets-${effecting.name}`,
  title: `In the end every ${subject.called} has ${withArticle(effecting.entity.called)}.`,
  needs: ['postgres', 'kafka'],
  check: (history) => atTheEnd(history, () => ofSubjects(history, effecting)),
});

/** Where the row itself is updated: does anything tell of it? Who is told of none, or of others only, left none undone. */
const wasTold = (
  history: History,
  earlier: Effecting,
  { entity }: Effecting,
  consumed: readonly string[],
  owed: Owed,
): boolean =>
  entity.table !== earlier.entity.table ||
  consumed.some((type) => publishedAbout(history, owed, type).some((event) => isAbout(history, event, earlier, owed)));

/** Rows that an earlier stage brought about, and from which nothing followed. */
const ofRows = (history: History, earlier: Effecting, effecting: Effecting): readonly Claim[] => {
  const { role, name, entity } = effecting;
  const makers = history.pipeline.makersOf(name);
  const consumed = makers.map(({ stage }) => stage.consumes);
  const leadsToOne = (maker: Effecting): boolean =>
    makers.some((next) => history.pipeline.followersOf(maker.role).has(next.role));
  return owedAtEnd(history, earlier).flatMap((owed): Claim[] => {
    const { row, subject } = owed;
    // Who may have made it may tell others of it.
    if (!mayHaveMade(history, earlier, owed).every(leadsToOne)) return [];
    const via = entity.via?.entity === earlier.name ? idOf(row.values['id']) : undefined;
    if (hadEffectVia(history, role, subject, via)) return [];
    if (consumed.some((type) => mayBeDeadLettered(history, owed, type))) return [];
    const isTold = wasTold(history, earlier, effecting, consumed, owed);
    const takenBack = takenBackOf(history, role, subject, { via });
    const lacks = takenBack?.isIt !== true ? lackingOf(entity) : `a worker took its ${entity.called} back`;
    return [
      {
        message: `${earlier.name} ${short(row.values['id'])} of ${nameOf(subject)} is there and ${lacks}`,
        evidence: [...new Set([row.insertedBy.seq, ...(takenBack?.evidence ?? [])])],
        subject: subject.name,
        shape: takenBack?.isIt !== true ? `no-${name}` : `${name}-taken-back`,
        ...missingBy(history, makers.length === 1 && isTold ? role : undefined, takenBack),
        restsOn: ['postgres', 'kafka'],
      },
    ];
  });
};

/** `purchase-gets-allocation`: of a stage that works on what tells of an earlier one's rows. */
export const rowGetsEffect = (earlier: Effecting, effecting: Effecting): Invariant => ({
  id: `${earlier.name}-gets-${effecting.name}`,
  title: `In the end every ${earlier.name} has had ${withArticle(effecting.entity.called)}.`,
  needs: ['postgres', 'kafka'],
  check: (history) => atTheEnd(history, () => ofRows(history, earlier, effecting)),
});
