/** What the stub falsified in its answers, and which announced values each of its lies explains. */
import type { BarrierSource, HttpFalsehood } from '../history/events.ts';
import { text } from '../history/history.ts';
import type { Call } from '../history/history.ts';
import { sameId } from '../history/ids.ts';
import { rowIn } from './answers.ts';

/** A place of an answer's row that an announcement repeats: its id, or a field of both. */
export type Answered = typeof ITS_ID | string;

export const ITS_ID = '(its id)';

/** Something announced that is not so. */
export interface Disagreement {
  readonly message: string;
  readonly evidence: readonly number[];
  /** The announced values that are wrong: what a false answer said of all of them, the worker was lied to about. */
  readonly wrong: readonly { readonly place: Answered; readonly value: unknown }[];
  readonly shape: string;
  readonly restsOn: readonly BarrierSource[];
}

/** Which places each falsehood makes false. A row that is missing or late makes the id one that no row has (yet). */
const LIES_ABOUT: Readonly<Record<HttpFalsehood, 'its id' | 'everything' | 'nothing'>> = {
  id: 'its id',
  body: 'everything',
  shape: 'everything',
  'row-missing': 'its id',
  'row-late': 'its id',
  status: 'nothing',
};

const isAbout = (lie: HttpFalsehood, place: Answered): boolean =>
  LIES_ABOUT[lie] === 'everything' || (LIES_ABOUT[lie] === 'its id' && place === ITS_ID);

/** The answer that falsely said this value in this place; undefined: none did. */
export const lieAbout = (calls: readonly Call[], place: Answered, value: unknown): Call | undefined =>
  calls.find((call) => {
    const told = text(rowIn(call)?.[place === ITS_ID ? (call.answers?.id ?? '') : place]);
    return (
      told !== undefined && sameId(told, value) && (call.response?.falsified ?? []).some((lie) => isAbout(lie, place))
    );
  });
