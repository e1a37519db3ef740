import { isBetweenBarriers, isLive } from '../../history/completeness.ts';
import { effectsEverBy } from '../../history/effects.ts';
import type { BarrierSource, Subject } from '../../history/events.ts';
import type { Call, History } from '../../history/history.ts';
import { workerNames } from '../../history/liveness.ts';
import { nameOf } from '../../history/names.ts';
import { noneOf } from '../../pipeline/words.ts';
import { lastAnswer } from '../answers.ts';
import type { Answer } from '../answers.ts';
import { ALL_SOURCES, currentStage } from '../facts.ts';
import type { Facts } from '../facts.ts';
import type { StageFacts } from '../stage.ts';
import { hasStood } from '../time.ts';
import type { CauseRule, Proof } from '../types.ts';
import { isOverUnasked, perhapsPassedOn } from '../unasked.ts';

/** Did the caller go away because its process ended? That says nothing of admin-service. */
const callerEnded = (history: History, role: string, { request, response }: Call): boolean => {
  if (response?.ended !== 'client-gone') return false;
  const names = workerNames(history, role);
  return [...history.of('process.exited'), ...history.of('process.signalled')].some(
    // Of a caller that is no worker's name nothing tells which of them it was.
    ({ worker, seq }) =>
      seq > request.seq && names.includes(worker) && (worker === request.worker || !names.includes(request.worker)),
  );
};

/** Was a row committed by a call of this payment, as far as the stub knows? PostgreSQL tells of it by itself. */
const madeARow = (history: History, { calls }: StageFacts): boolean => {
  const ids = new Set(calls.map(({ request }) => request.call));
  return history
    .of('http.effect')
    .some(({ call, effect }) => ids.has(call) && (effect === 'inserted' || effect === 'updated' || effect === 'found'));
};

/**
 * An error answer proves by itself at the moment it is given, where that is the moment of observation and no barrier was
 * asked for. Besides, the row may stand in what was not read, and the answer to a call that is open.
 */
const restsOn = (history: History, stage: StageFacts, answer: Answer | undefined): readonly BarrierSource[] => {
  if (answer?.kind === 'error' && isBetweenBarriers(history) && !madeARow(history, stage)) return [];
  return [
    'postgres',
    ...(stage.events.length === 0 ? (['kafka'] as const) : []),
    ...(answer === undefined ? (['admin-service'] as const) : []),
  ];
};

const inWords = (history: History, subject: Subject, stage: StageFacts, answer: Answer | undefined): string => {
  const { name, declared, entity } = stage;
  const call = `the call for ${nameOf(subject)}`;
  if (answer === undefined) return `${declared.calls} has not answered ${call}`;
  // A row that was taken away since leaves no trace in a live system.
  const noRow = isLive(history) ? noneOf(name, entity) : `no ${name} row was committed`;
  return `${declared.calls} ${answer.inWords} to ${call}${answer.kind === 'success' ? `, and ${noRow}` : ''}`;
};

/** Its event is done with, and what its service answered nobody could ask. */
const perhaps = ({ history, subject }: Facts, stage: StageFacts): Proof => ({
  message: `the event of ${nameOf(subject)} is done with and ${noneOf(stage.name, stage.entity)}; what ${stage.declared.calls} answered is not known${perhapsPassedOn(history, stage)}`,
  evidence: [...stage.events, ...stage.deadLetters].map(({ record }) => record.seq),
  restsOn: ALL_SOURCES,
  standsWithout: ['admin-service'],
  stage,
  story: 'unasked',
  undecided: true,
});

/** The log that tells of its calls does not say what came of them. */
const notSaid = ({ history, subject }: Facts, stage: StageFacts, calls: readonly Call[]): Proof => ({
  message: `${stage.declared.calls} was called for ${nameOf(subject)} and ${noneOf(stage.name, stage.entity)}; what it answered is not known`,
  evidence: calls.map(({ request }) => request.seq),
  restsOn: restsOn(history, stage, undefined),
  standsWithout: ['admin-service'],
  stage,
  story: 'not-said',
  undecided: true,
});

export const apiFailing: CauseRule = {
  id: 'api-failing',
  prove: (facts) => {
    const { history, subject } = facts;
    const stage = currentStage(facts);
    if (isOverUnasked(history, stage)) return perhaps(facts, stage);
    const calls = stage.calls.filter((call) => !callerEnded(history, stage.role, call));
    const last = calls.at(-1);
    if (stage.isThrough || last === undefined) return undefined;
    const answer = lastAnswer(calls);
    if (answer === undefined && isLive(history)) return stage.isOver ? notSaid(facts, stage, calls) : undefined;
    // A call that is open may still be answered; one that stands is not.
    if (answer === undefined && !hasStood(history, last.request)) return undefined;
    // One that makes no rows has done its part.
    if (answer?.kind === 'success' && !history.pipeline.isMadeByService(stage.declared)) return undefined;
    // A row that was there and that a worker took back is no failure of admin-service.
    if (answer?.kind === 'success' && effectsEverBy(history, stage.role, subject).length > 0) return undefined;
    return {
      message: inWords(history, subject, stage, answer),
      evidence: [...calls.map(({ request }) => request.seq), ...(answer === undefined ? [] : [answer.seq])],
      restsOn: restsOn(history, stage, answer),
      stage,
      story: answer?.kind ?? 'open',
      // In a live system its worker may be about to try again, and a row that was made may have been taken away since.
      ...(isLive(history) && (!stage.isOver || answer?.kind === 'success') ? { undecided: true } : {}),
    };
  },
};
