/** How things of a declaration are put into sentences. */
import type { EntityDeclaration } from './declaration.ts';

/** `an active purchase`, `a session`. */
export const withArticle = (thing: string): string => `${/^[aeiou]/i.test(thing) ? 'an' : 'a'} ${thing}`;

/** `there is no allocation`; where several rows are one effect: `there are not 7 rows of session`. */
export const noneOf = (thing: string, entity: Pick<EntityDeclaration, 'rows'> | undefined): string =>
  entity?.rows === undefined ? `there is no ${thing}` : `there are not ${entity.rows} rows of ${thing}`;

/** That there is none, as the end of a sentence. */
export const lackingOf = (entity: EntityDeclaration): string => entity.lacking ?? noneOf(entity.called, entity);

/** That an effect was not committed, as the end of a sentence. */
export const notCommitted = ({ called, rows }: EntityDeclaration): string =>
  rows === undefined
    ? `no ${called} of that student and course was committed`
    : `not ${rows} rows of ${called} of that student and course were committed`;
