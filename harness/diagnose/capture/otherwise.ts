/** What was there as well, and is not in the scenario. */
import { count } from '../../history/names.ts';
import { eventsOf } from '../../history/subjects.ts';
import type { Situation } from './situation.ts';

/** Rows carry no id: what others of the same two did may have mattered. */
const otherSubjects = ({ history: { subjects }, pipeline }: Situation): readonly string[] => {
  const others = subjects.length - 1;
  const { subject, pairCalled } = pipeline;
  return others === 0
    ? []
    : [
        `events of ${count(others, `other ${subject.called}`)} of the same ${pairCalled.join(' and ')} were there as well`,
      ];
};

const repeated = ({ history, pipeline, facts: { subject } }: Situation): readonly string[] =>
  pipeline.eventTypes.flatMap((type) => {
    const told = eventsOf(history, subject, type).length;
    return told < 2 ? [] : [`${type} was told ${told} times; here nobody tells it again`];
  });

/** In sentences. */
export const otherwiseThere = (situation: Situation): readonly string[] => [
  ...otherSubjects(situation),
  ...repeated(situation),
];
