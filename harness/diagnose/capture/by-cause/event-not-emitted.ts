/** The row is there, by an act of the outside world that tells nobody of it. */
import { currentStage } from '../../../diagnosis/facts.ts';
import { eventsOf } from '../../../history/subjects.ts';
import { silentAct, tellingAct } from '../../../scenario/acts.ts';
import { SUBJECT, always } from '../forcing.ts';
import type { Force } from '../forcing.ts';
import { stageOf } from '../situation.ts';

export const forceEventNotEmitted: Force = (situation, cause) => {
  const { history, pipeline, facts } = situation;
  const missing = stageOf(situation, cause).declared.consumes;
  const { name, declared, entity, role, effects } = currentStage(facts);
  if (entity === undefined)
    return { unforced: `${role} makes no row: nothing but the worker itself keeps back ${missing}` };
  if (effects.length === 0)
    return {
      unforced: `there is no row of ${entity.table}: why ${role} is through with ${declared.consumes} without one is not told, and no fault has it be`,
    };
  const act = silentAct(pipeline, declared.consumes, name, SUBJECT);
  if (act === undefined)
    return {
      unforced: `no act of the pipeline makes the row in ${entity.table} and tells nobody: one would be \`acts: { …: { about: '${declared.consumes}', makes: '${name}', as: …, takes: { subjects: 'one' } } }\`, without \`tells\``,
    };
  const heal = tellingAct(pipeline, missing, SUBJECT);
  const came = eventsOf(history, facts.subject, declared.consumes).length > 0;
  return {
    faults: [],
    act: [act],
    observeUntil: { row: { table: entity.table } },
    during: [always({ id: cause.id })],
    ...(heal === undefined ? {} : { heal: [heal] }),
    otherwise: [
      ...(came
        ? [
            `${declared.consumes} had come as well; here the row is made without it, as no fault keeps a worker from telling of its row`,
          ]
        : []),
      ...(heal === undefined ? [`nothing tells ${missing} afterwards, so that the run stays red`] : []),
    ],
  };
};
