/** What a pipeline calls its subjects, and whom they are for. */
import type { Pipeline } from '../pipeline/queries.ts';
import type { Subject } from './events.ts';

/** What histories of before pipelines were declared call them. */
export const USUALLY = { subject: 'payment', student: 'student' };

/** What the pipeline calls its subjects, to be kept with each; nothing where that is what they are called anyway. */
export const calledBy = ({ subject, pairCalled: [student] }: Pipeline): Pick<Subject, 'called'> =>
  subject.called === USUALLY.subject && student === USUALLY.student
    ? {}
    : { called: { subject: subject.called, student } };
