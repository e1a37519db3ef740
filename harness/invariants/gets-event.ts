import { hadEffect } from '../history/effects.ts';
import type { History } from '../history/history.ts';
import { nameOf, short } from '../history/names.ts';
import type { Effecting } from '../pipeline/queries.ts';
import { atTheEnd, publishedBy } from './judging.ts';
import { owedAtEnd, publishedAbout } from './owed.ts';
import type { Claim, Invariant } from './types.ts';

/** Rows of which nobody told the stage that follows, and that got on by no other means. */
const claimsOf = (history: History, effecting: Effecting, type: string): readonly Claim[] =>
  owedAtEnd(history, effecting).flatMap((owed): Claim[] => {
    const { row, subject } = owed;
    if (hadEffect(history, type, subject) || publishedAbout(history, owed, type).length > 0) return [];
    return [
      {
        message: `${effecting.name} ${short(row.values['id'])} of ${nameOf(subject)} is there and ${type} was never published for it`,
        evidence: [row.insertedBy.seq],
        subject: subject.name,
        shape: 'never-published',
        ...publishedBy(history, type),
        restsOn: ['postgres', 'kafka'],
      },
    ];
  });

/** `purchase-gets-event`: `type` is what the stage that follows works on. */
export const getsEvent = (effecting: Effecting, { stage, name }: Effecting): Invariant => ({
  id: `${effecting.name}-gets-event`,
  title: `In the end ${stage.consumes} was published for every ${effecting.name} that has no ${name} by other means.`,
  needs: ['postgres', 'kafka'],
  check: (history) => atTheEnd(history, () => claimsOf(history, effecting, stage.consumes)),
});
