import { hadEffect } from '../history/effects.ts';
import type { History } from '../history/history.ts';
import { nameOf, short } from '../history/names.ts';
import type { Effecting, OnTheWay } from '../pipeline/queries.ts';
import { atTheEnd, publishedBy } from './judging.ts';
import { mayHaveMade, owedAtEnd, publishedAbout } from './owed.ts';
import type { Claim, Invariant } from './types.ts';

/** Rows of which nobody told the stage that follows, and that got on by no other means. */
const claimsOf = (history: History, effecting: Effecting, type: string): readonly Claim[] =>
  owedAtEnd(history, effecting).flatMap((owed): Claim[] => {
    const { row, subject } = owed;
    // Who may have made it may owe something else.
    if (!mayHaveMade(history, effecting, owed).every(({ stage }) => stage.announces.includes(type))) return [];
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

/** `purchase-gets-event`: of what the stages that follow work on. */
export const getsEvent = (effecting: Effecting, following: readonly OnTheWay[]): Invariant => {
  const types = [...new Set(following.map(({ stage }) => stage.consumes))];
  const names = [...new Set(following.map(({ name }) => name))];
  return {
    id: `${effecting.name}-gets-event`,
    title: `In the end ${types.join(' and ')} was published for every ${effecting.name} that has no ${names.join(' or ')} by other means.`,
    needs: ['postgres', 'kafka'],
    check: (history) => atTheEnd(history, () => types.flatMap((type) => claimsOf(history, effecting, type))),
  };
};
