/**
 * A history that grows while its trial runs tells at every moment what one tells that is opened then: facts are folded event by event,
 * and what turns out later about an earlier event (who wrote it, which life of its topic it is of) changes what was folded of it.
 */
import { expect, test } from 'vitest';
import type { Condition } from './conditions.ts';
import { effectsHadBy } from './effects.ts';
import { holds } from './evaluate.ts';
import type { HistoryEvent } from './events.ts';
import { passedBy, undrained } from './groups.ts';
import { openHistory } from './history.ts';
import type { History } from './history.ts';
import { disputedIn, originOf } from './letters.ts';
import { livenessOf } from './liveness.ts';
import { rowsIn, tablesAtEnd } from './rows.ts';
import { callsOf, eventsOf, paymentsOf, strayCallsOf, strayEventsOf } from './subjects.ts';
import { takingsOf } from './taken.ts';
import { tellingsOf } from './tellings.ts';
import { STORED, storedHistory } from './testing/stored.ts';

const conditionsFor = ({ pipeline }: History): readonly Condition[] => [
  ...pipeline.roles.flatMap((worker): Condition[] => [
    { decided: { worker } },
    { taken: { worker } },
    { skipped: { worker } },
    { passed: { worker } },
    { met: { worker } },
  ]),
  ...pipeline.rowTables.map((table): Condition => ({ row: { table } })),
  ...pipeline.eventTypes.flatMap((event): Condition[] => [{ emitted: { event } }, { marked: { event } }]),
  { requested: {} },
  { answered: {} },
  { callOpen: {} },
  { deadLettered: {} },
];

const seqs = (events: readonly { readonly record: HistoryEvent }[]): readonly number[] =>
  events.map(({ record }) => record.seq);

/** Whatever conditions, settling and invariants read of a history. */
const factsOf = (history: History, conditions: readonly Condition[]) => {
  const { pipeline, pipelineEvents } = history;
  const { roles, eventTypes, tables } = pipeline;
  return {
    told: pipelineEvents.map((event) => [
      event.record.seq,
      event.type,
      event.byHarness,
      seqs(tellingsOf(history, event)),
    ]),
    elsewhere: seqs(history.eventsElsewhere),
    lives: pipelineEvents.map(({ record }) => history.lives.of(record)),
    letters: history.deadLetters.map((letter) => [
      letter.byHarness,
      originOf(history, letter)?.record.seq,
      disputedIn(history, letter),
    ]),
    answers: history.requests.map(({ request, response }) => [request.seq, response?.seq]),
    commits: history.commits.map(({ seq }) => seq),
    payments: paymentsOf(history).map((payment) => ({
      payment,
      events: eventTypes.map((type) => [
        seqs(eventsOf(history, payment, type)),
        seqs(strayEventsOf(history, payment, type)),
      ]),
      calls: [callsOf(history, payment), strayCallsOf(history, payment)].map((calls) =>
        calls.map((call) => call.request.seq),
      ),
      taken: roles.map((role) => [...takingsOf(history, payment, role)].map(({ by, seq }) => [by, seq])),
      had: roles.map((role) =>
        effectsHadBy(history, role, payment).map(({ since, endedBy }) => [since.seq, endedBy?.seq]),
      ),
    })),
    passed: roles.map((role) => pipelineEvents.map(({ record }) => passedBy(history, role, record)?.seq)),
    rows: tables.map((table) => rowsIn(tablesAtEnd(history), table)),
    open: undrained(history).map(({ group, partition, records }) => [group, partition, records.map(({ seq }) => seq)]),
    lively: roles.map((role) => livenessOf(history, role)),
    conditions: conditions.map((condition) => holds(condition, history)),
  };
};

/** What changes what earlier events are read as, and what may be read before it. */
const TOLD_LATER: readonly string[] = ['kafka.record', 'kafka.produced', 'kafka.topic-deleted'];

test.each(STORED.filter((_, i) => i % 4 === 0))('%s, while it grows, is read as when it is opened anew', (name) => {
  const whole = storedHistory(name);
  const conditions = conditionsFor(whole);
  const growing: HistoryEvent[] = [];
  let grown: History | undefined;
  const stride = Math.max(5, Math.ceil(whole.events.length / 25));
  for (const [i, event] of whole.events.entries()) {
    growing.push(event);
    grown ??= openHistory(growing);
    // What is folded is folded in bits of every size.
    if (i % stride === 1 || TOLD_LATER.includes(event.kind))
      expect(factsOf(grown, conditions)).toEqual(factsOf(openHistory([...growing]), conditions));
  }
  expect(factsOf(grown!, conditions)).toEqual(factsOf(whole, conditions));
});
