/** How things of a declaration are put into sentences. */
import type { EntityDeclaration } from './declaration.ts';

/** `an active purchase`, `a session`. */
export const withArticle = (thing: string): string => `${/^[aeiou]/i.test(thing) ? 'an' : 'a'} ${thing}`;

/** That there is none, as the end of a sentence. */
export const lackingOf = ({ lacking, called }: EntityDeclaration): string => lacking ?? `there is no ${called}`;
