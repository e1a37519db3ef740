import { hadEffect, hadEffectVia } from '../history/effects.ts';
import type { History } from '../history/history.ts';
import { nameOf, short } from '../history/names.ts';
import { sinceWhen } from '../history/rows.ts';
import { viaOf } from '../history/turns.ts';
import { isOwed } from '../pipeline/queries.ts';
import type { Effecting } from '../pipeline/queries.ts';
import { atTheEnd, publishedBy } from './judging.ts';
import {
  effectsIn,
  isAbout,
  mayBeDeadLettered,
  mayHaveMade,
  missingByEach,
  owedAtEnd,
  publishedAbout,
} from './owed.ts';
import type { Owed } from './owed.ts';
import type { Claim, Invariant } from './types.ts';
import { mayBeUnasked } from './unasked.ts';

/**
 * What is missing of what the row's stage owes. Where what the stage that follows works on was never published at all of
 * the row's student and course, that is told by the rule that the row gets its event, whoever made it, and not here
 * again: here it was published, but of another row.
 */
const missingOf = (history: History, effecting: Effecting, owed: Owed): readonly string[] =>
  effecting.stage.announces.filter((type) => {
    const about = publishedAbout(history, owed, type);
    if (about.some((event) => isAbout(history, event, effecting, owed))) return false;
    if (history.pipeline.consumersOf(type).length === 0) return true;
    return about.length > 0 && !hadEffect(history, type, owed.subject);
  });

/** A row that a worker of this trial made, or made count: what the scenario gave, or another service, owes nothing here. */
const isFromWorker = (history: History, { entity }: Effecting, { row }: Owed): boolean =>
  row.insertedBy.writer === null || sinceWhen(history, row, (values) => isOwed(entity, values)).writer === null;

/** Where several rows are one effect, it is owed once all of them are there. */
const isWhole = (history: History, { role, entity }: Effecting, { subject, row }: Owed): boolean =>
  entity.rows === undefined || hadEffectVia(history, role, subject, viaOf(entity, row.values));

/**
 * An effect is made for an event when all that workers made of it was. Rows of which some may have been made unasked were found
 * there by the event: of those it owes no word. What an event made is owed whatever became of that delivery: one that was broken
 * off before it had told of them leaves it to the next, which finds them there.
 */
const owedBy = (history: History, effecting: Effecting): readonly Owed[] => {
  const made = owedAtEnd(history, effecting).filter((owed) => isFromWorker(history, effecting, owed));
  const byNone = (owed: Owed, is: (maker: Effecting) => boolean): boolean =>
    !mayHaveMade(history, effecting, owed).some(is);
  const isAsked = (all: readonly Owed[]): boolean =>
    all.every((each) => byNone(each, (maker) => mayBeUnasked(history, maker, each)));
  const isOwedBy = (owed: Owed): boolean =>
    isWhole(history, effecting, owed) && byNone(owed, ({ stage }) => mayBeDeadLettered(history, owed, stage.consumes));
  const owed = new Set<Owed>();
  for (const all of effectsIn(effecting, made)) {
    const one = isAsked(all) ? all.find(isOwedBy) : undefined;
    if (one !== undefined) owed.add(one);
  }
  return made.filter((each) => owed.has(each));
};

const claimsOf = (history: History, effecting: Effecting): readonly Claim[] =>
  owedBy(history, effecting).flatMap((owed) =>
    missingByEach(mayHaveMade(history, effecting, owed), (maker) => missingOf(history, maker, owed)).map(
      (type): Claim => {
        const { row, subject } = owed;
        return {
          message: `${effecting.name} ${short(row.values['id'])} of ${nameOf(subject)} was made and ${type} was never published for it`,
          evidence: [row.insertedBy.seq],
          subject: subject.name,
          shape: `no-${type.toLowerCase().replaceAll(/[_ ]/g, '-')}`,
          ...publishedBy(history, type),
          restsOn: ['postgres', 'kafka'],
        };
      },
    ),
  );

/** `purchase-is-announced`: of a stage that writes its rows itself, or of several that write such rows. */
export const isAnnouncedByWriter = (effecting: Effecting, makers: readonly Effecting[]): Invariant => ({
  id: `${effecting.name}-is-announced`,
  title: `In the end every ${effecting.name} that a worker made was announced: ${makers.map(({ stage }) => stage.announces.join(' and ')).join(' or ')}.`,
  needs: ['postgres', 'kafka'],
  check: (history) => atTheEnd(history, () => claimsOf(history, effecting)),
});
