/** How things of a declaration are put into sentences. */
import type { EntityDeclaration } from './declaration.ts';

/** `an active purchase`, `a session`. */
export const withArticle = (thing: string): string => `${/^[aeiou]/i.test(thing) ? 'an' : 'a'} ${thing}`;

/** `there is no allocation`; where several rows are one effect: `there are not 7 rows of session`. */
export const noneOf = (thing: string, entity: Pick<EntityDeclaration, 'rows'> | undefined): string =>
  entity?.rows === undefined ? `there is no ${thing}` : `there are not ${entity.rows} rows of ${thing}`;

/** That there is none, as the end of a sentence. */
export const lackingOf = (entity: EntityDeclaration): string => entity.lacking ?? noneOf(entity.called, entity);

/** What a field holds the id of, in words: `student` for `studentId`, `order line` for `order_line_id`. */
export const calledByField = (field: string): string =>
  field
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/[_-]+/g, ' ')
    .toLowerCase()
    .replace(/ id$/, '');

/** Whose something is, in words: `that student and course`. */
export const thatPair = ({
  pairCalled: [student, course],
}: {
  readonly pairCalled: readonly [string, string];
}): string => `that ${student} and ${course}`;

/** That an effect was not committed, as the end of a sentence. */
export const notCommitted = (pipeline: Parameters<typeof thatPair>[0], { called, rows }: EntityDeclaration): string =>
  rows === undefined
    ? `no ${called} of ${thatPair(pipeline)} was committed`
    : `not ${rows} rows of ${called} of ${thatPair(pipeline)} were committed`;
