/** The guard's row is there before the worker sees the event, as if by who is told by the row to have written it. */
import { hasLogOf } from '../../../history/completeness.ts';
import type { FaultSpec } from '../../../scenario/types.ts';
import { CODES } from '../../codes.ts';
import { beganBy, beginWith } from '../begin.ts';
import { SUBJECT, always, isUnforced } from '../forcing.ts';
import type { Force, Forcing, Unforced } from '../forcing.ts';
import { instantOf } from '../seen.ts';
import { stageOf } from '../situation.ts';
import { answersOf } from './api-failing.ts';
import { markedOrFailing, rowlessAnswer, rowlessBehaviour } from './rowless.ts';
import type { Situation } from '../situation.ts';
import type { StageFacts } from '../../../diagnosis/stage.ts';

/** Where nobody's name is to stand. */
const SOMEBODY = 'somebody-else';

/** Where rows say it, if the declaration names no other column. */
const USUAL_COLUMN = 'source';

/** Who wrote it by its own word, where that is a name of the pipeline's; undefined: it says none, or one that may be a person's. */
const writerTold = ({ pipeline }: Situation, { guard }: StageFacts): string | undefined => {
  const said = guard?.values[pipeline.guard.writer ?? USUAL_COLUMN];
  const names = [...pipeline.roles, ...pipeline.services, ...Object.values(pipeline.acts).map(({ as }) => as)];
  return names.find((name) => name === said);
};

const whoWrote = ({ pipeline }: Situation, writer: string): string =>
  `who wrote the row of ${pipeline.guard.table}, as the row says: ${writer}`;

/** By its own time, which is another clock than that of the events. */
const cameAfter = ({ guard, events }: StageFacts): boolean => {
  const at = guard === undefined ? undefined : instantOf(guard.values);
  return at !== undefined && events.length > 0 && events.every(({ record }) => record.timestamp < at);
};

/** What its service answered is known: it answers so, and whether the worker marks its event after that is the worker's own. */
const markedAfterAnswer = (situation: Situation, stage: StageFacts, service: string, begins: string) => {
  const answers = answersOf(situation, stage, service);
  if (isUnforced(answers)) return answers;
  return {
    ...answers,
    act: [beginWith(situation, begins)],
    during: markedOrFailing(stage),
    kept: [...(answers.kept ?? []), whoWrote(situation, stage.role)],
  };
};

/** Its service's log was read, and no call that is or may be its was found in it. */
const noCallFound = ({ history, facts }: Situation, stage: StageFacts): boolean =>
  stage.calls.length === 0 && hasLogOf(history, stage.declared.calls) && facts.strayCallsOf(stage).length === 0;

/** A worker marks what it takes to be done: where its service says so, and it is not. */
const markedByItself = (situation: Situation, stage: StageFacts, begins: string): Forcing | Unforced => {
  const { pipeline } = situation;
  const { role, declared } = stage;
  if (declared.calls !== undefined && stage.calls.length > 0)
    return markedAfterAnswer(situation, stage, declared.calls, begins);
  if (declared.calls !== undefined && noCallFound(situation, stage))
    return {
      unforced: `${role} marked ${declared.consumes} itself, as the row of ${pipeline.guard.table} says, and no call of ${declared.calls} was found: no fault has a worker mark what it did not ask for`,
    };
  const behaviour = declared.calls === undefined ? undefined : rowlessBehaviour(situation, declared.calls);
  if (declared.calls === undefined || behaviour === undefined)
    return {
      unforced: `${role} marked ${declared.consumes} itself, as the row of ${pipeline.guard.table} says, and no service of its is declared to answer as if there were a row (\`rowless\`)`,
    };
  return {
    ...rowlessAnswer(situation, stage, { service: declared.calls, behaviour }),
    act: [beginWith(situation, begins)],
    kept: [whoWrote(situation, role)],
    otherwise: [`why ${role} took it to be done is not told; here ${declared.calls} says that it is, and makes no row`],
  };
};

export const forceGuardMarked: Force = (situation, cause) => {
  const { pipeline } = situation;
  const stage = stageOf(situation, cause);
  const event = stage.declared.consumes;
  const begins = beganBy(situation, stage.role);
  if (typeof begins !== 'string') return begins;
  const told = writerTold(situation, stage);
  if (told === stage.role) return markedByItself(situation, stage, begins);
  if (stage.calls.length > 0)
    return {
      unforced: `${stage.role} called ${String(stage.declared.calls)}, so that the row of ${pipeline.guard.table} did not stop it; what it was answered is brought about with \`--cause ${CODES['api-failing'].code}\`, where that was found`,
    };
  if (pipeline.guard.closed === true)
    return { unforced: `${pipeline.guard.table} takes no row before the worker writes it (guard.closed)` };
  const writer = told === undefined || pipeline.services.includes(told) ? SOMEBODY : told;
  const fault: FaultSpec = { kind: 'guard-marked', event, subject: SUBJECT, writer };
  return {
    faults: [fault],
    act: [beginWith(situation, begins)],
    observeUntil: { decided: { worker: stage.role } },
    during: [
      { when: { skipped: { worker: stage.role } }, causes: [{ id: cause.id, writer }] },
      // A worker that does not trust the guard alone has its effect all the same.
      always(),
    ],
    kept: writer === told ? [whoWrote(situation, writer)] : [],
    otherwise: cameAfter(stage)
      ? [`by its own time the row of ${pipeline.guard.table} came after ${event}; here it is there before`]
      : [],
  };
};
