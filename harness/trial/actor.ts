/** The outside world: performs a scenario's steps. What is an act of the pipeline's own, its module does. */
import { withDeadline } from '../base/waiting.ts';
import { FaultlineError } from '../base/errors.ts';
import { describe } from '../history/describe.ts';
import { eventsOf } from '../history/subjects.ts';
import type { Act, ActDatabase } from '../pipeline/acts.ts';
import type { ActDeclaration } from '../pipeline/declaration.ts';
import { tellingOf, toldBy } from '../pipeline/telling.ts';
import type { ActStep } from '../pipeline/vocabulary.ts';
import { isCommon, subjectsOf } from '../scenario/acts.ts';
import type { ResolvedSubject } from '../scenario/subjects.ts';
import type { CommonStep, Step } from '../scenario/types.ts';
import { uuidFrom } from '../base/uuid-from.ts';
import type { AwaitCondition } from './await-condition.ts';
import { PHASE_DEADLINE_MS, WAIT_DEADLINE_MS } from './deadlines.ts';
import { eachOf } from './each-of.ts';
import type { Slot } from '../slot/slot.ts';
import type { TrialLog } from './trial-log.ts';

export interface Actor {
  /**
   * Performs the steps one after the other. Stops before its end when a step waits in vain: the pipeline did not get
   * there, which is recorded and judged. Errors: FaultlineError 'scenario' when a step's ground is not there, as a row
   * that it is to tell of.
   */
  perform(steps: readonly Step[]): Promise<void>;
}

/** So many at once: hundreds would keep the stub, whose calls write over the same connections, waiting behind them. */
const AT_ONCE = 4;

/** A step's work; false: it waited in vain. */
type Performers = {
  readonly [K in CommonStep['do']]: (step: Extract<CommonStep, { do: K }>) => Promise<void | false>;
};

/** Finds subjects by their names in the scenario. */
export const byName = (subjects: readonly ResolvedSubject[]): ((name: string) => ResolvedSubject) => {
  const named = new Map(subjects.map((subject) => [subject.name, subject]));
  return (name) => {
    const subject = named.get(name);
    if (subject === undefined)
      throw new FaultlineError('scenario', `there is no subject named ${name}`, 'Name it under given.subjects.');
    return subject;
  };
};

/** The eventId of a subject's beginnings by number: its own, then others drawn from it. */
const beginningId = ({ confirmedEventId: own }: ResolvedSubject, number: number): string =>
  number === 0 ? own : uuidFrom(own, number);

/** The workers' database, for what an act writes as somebody. */
const databaseFor = ({ database }: Slot, as: string): ActDatabase => ({
  tables: database.tables,
  query: (text, values) => database.query(text, values),
  write: (work) => database.writeAs(as, (client) => work((text, values = []) => client.query(text, [...values]))),
});

export const createActor = (parts: {
  readonly slot: Slot;
  readonly subjects: readonly ResolvedSubject[];
  readonly log: Pick<TrialLog, 'watch' | 'record'>;
  readonly awaitCondition: AwaitCondition;
  /** What does the pipeline's acts, by name. */
  readonly acts: Readonly<Record<string, Act>>;
}): Actor => {
  const { slot, log } = parts;
  const of = byName(parts.subjects);
  const { pipeline } = slot.database;
  /** What a trial does once, by its key. */
  const done = new Set<string>();
  /** By subject and event, how often its beginning was told. */
  const begun = new Map<string, number>();
  const nextEventId = (subject: ResolvedSubject, event: string, asked: 'fresh' | 'again'): string => {
    const key = `${subject.name} ${event}`;
    const number = asked === 'again' ? 0 : (begun.get(key) ?? 0);
    begun.set(key, number + 1);
    return beginningId(subject, number);
  };

  const lastEventId = (subject: ResolvedSubject, event: string): string | undefined =>
    eventsOf(log.watch.history(), subject, event).at(-1)?.eventId;

  const actFor = async (
    subject: ResolvedSubject,
    { step, declared, perform }: { readonly step: ActStep; readonly declared: ActDeclaration; readonly perform: Act },
  ): Promise<void> => {
    const { about, as } = declared;
    await perform({
      subject,
      eventId: step.eventId,
      database: databaseFor(slot, as),
      told: toldBy(pipeline, declared),
      now: Date.now,
      once: async (key, work) => {
        if (done.has(key)) return;
        done.add(key);
        await work();
      },
      beginningId: () => nextEventId(subject, about, step.eventId === 'again' ? 'again' : 'fresh'),
      lastEventId: () => lastEventId(subject, about),
      publish: (message) =>
        slot.produce({ ...message, ...(step.partition === undefined ? {} : { partition: step.partition }) }, as),
      impossible: (why) => {
        throw new FaultlineError('scenario', `${subject.name} ${why}`);
      },
    });
  };

  /** An act of the pipeline's own. No scenario with another one gets this far. */
  const act = async (step: ActStep): Promise<void> => {
    const [declared, perform] = [pipeline.acts[step.do], parts.acts[step.do]];
    if (declared === undefined || perform === undefined) throw new Error(`nothing says how to ${step.do}`);
    await eachOf(subjectsOf(step).map(of), AT_ONCE, (subject) => actFor(subject, { step, declared, perform }));
  };

  const performers: Performers = {
    tell: async ({ event, subjects, fields, eventId = 'fresh', partition }) => {
      await Promise.all(
        subjects.map(of).map(async (subject) => {
          const message = tellingOf(pipeline, event, subject, {
            eventId: nextEventId(subject, event, eventId),
            now: Date.now(),
            ...(fields === undefined ? {} : { fields }),
          });
          await slot.produce({ ...message, ...(partition === undefined ? {} : { partition }) }, 'scenario');
        }),
      );
    },
    'publish-raw': async ({ topic, subject, value, partition }) => {
      const message = { topic, key: of(subject).paymentId, headers: {}, value };
      await slot.produce({ ...message, ...(partition === undefined ? {} : { partition }) }, 'scenario');
    },
    wait: async ({ until, deadlineMs = WAIT_DEADLINE_MS }) => {
      const { met, waitedMs } = await parts.awaitCondition(until, deadlineMs);
      if (met) return undefined;
      log.record({
        kind: 'trial.gave-up',
        source: 'trial',
        description: describe(log.watch.history().pipeline, until),
        waitedMs,
      });
      return false;
    },
  };

  const perform = (step: Step): Promise<void | false> => {
    const work = isCommon(step) ? (performers[step.do] as (s: CommonStep) => Promise<void | false>)(step) : act(step);
    // A step that waits has a deadline of its own.
    if (step.do === 'wait') return work;
    const thousands = 'subjects' in step ? Math.ceil((step.subjects?.length ?? 1) / 1000) : 1;
    return withDeadline(work, PHASE_DEADLINE_MS * Math.max(1, thousands), `the step ${step.do}`);
  };

  return {
    perform: async (steps) => {
      for (const step of steps) if ((await perform(step)) === false) return;
    },
  };
};
