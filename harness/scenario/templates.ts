/**
 * Scenarios that come by themselves: each is made for every stage of a pipeline from its declaration. What a declaration does not tell,
 * such as what a worker makes of an event it cannot read, they ask nothing about: the invariants hold all the same.
 */
import type { Condition } from '../history/conditions.ts';
import type { OnTheWay, Pipeline } from '../pipeline/queries.ts';
import { beginning, beginningsOf } from './acts.ts';
import type { DuringCase, FaultSpec, Scenario, Step } from './types.ts';

/** A stage, and how a subject is sent on its way to it. */
interface Made {
  readonly pipeline: Pipeline;
  readonly role: string;
  readonly stage: OnTheWay['stage'];
  /** The event that begins the way which leads here. */
  readonly begins: string;
}

/** What the scenarios have in common is left out: their name is the stage's with an ending, their first subject is ada. */
interface Template extends Partial<Pick<Scenario, 'given' | 'observeUntil' | 'observeDeadlineMs' | 'during'>> {
  readonly ending: string;
  readonly title: string;
  readonly tag: string;
  readonly faults: readonly FaultSpec[];
  /** Left out: ada is sent on her way. */
  readonly act?: readonly Step[];
}

const ANYTHING: readonly DuringCase[] = [{ when: { always: true }, causes: 'any' }];

const only = (id: 'worker-not-running' | 'event-not-consumed'): readonly DuringCase[] => [
  { when: { always: true }, causes: [{ id }] },
];

const send = (
  { pipeline, begins }: Made,
  more: { readonly partition?: number; readonly eventId?: 'again' } = {},
): Step => beginning(pipeline, begins, ['ada'], more);

const emitted = ({ stage }: Made, atLeast = 1): Condition => ({ emitted: { event: stage.consumes, atLeast } });

const down = (made: Made): Template => ({
  ending: 'down',
  title: `The ${made.role} is not running when ${made.stage.consumes} comes.`,
  tag: 'process',
  faults: [{ kind: 'worker-stopped', worker: made.role }],
  observeUntil: emitted(made),
  during: only('worker-not-running'),
});

const hung = (made: Made): Template => ({
  ending: 'hung',
  title: `The ${made.role} is stopped by SIGSTOP for a while.`,
  tag: 'process',
  faults: [{ kind: 'worker-paused', worker: made.role }],
  observeUntil: emitted(made),
  // Well under the session time-outs that consumers have: a longer hang is an eviction.
  observeDeadlineMs: 20_000,
  during: only('event-not-consumed'),
});

const killed = ({ role, stage }: Made): Template => ({
  ending: 'killed',
  title: `The ${role} is killed as soon as anything shows that it has ${stage.consumes}.`,
  tag: 'process',
  faults: [{ kind: 'worker-killed', worker: role, when: { taken: { worker: role } } }],
  observeUntil: { fired: { fault: 'worker-killed' } },
});

const wrongTopic = (made: Made): Template => ({
  ending: 'wrong-topic',
  title: `The ${made.role} subscribes to a wrong topic.`,
  tag: 'configuration',
  faults: [{ kind: 'worker-misconfigured', worker: made.role, setting: 'wrong-topic' }],
  observeUntil: emitted(made),
});

const newGroup = (made: Made): Template => ({
  ending: 'new-group',
  title: `The ${made.role} comes back under a new consumer group after ${made.stage.consumes} was published.`,
  tag: 'configuration',
  faults: [{ kind: 'worker-misconfigured', worker: made.role, setting: 'new-group', start: 'after-act' }],
  act: [send(made), { do: 'wait', until: emitted(made) }],
  observeUntil: emitted(made),
});

const poison = (made: Made): Template => ({
  ending: 'poison',
  title: `What is no ${made.stage.consumes} comes to the ${made.role}, and a good one after it.`,
  tag: 'dead-letter',
  given: { subjects: { torn: { mayDeadLetter: true }, ada: {} } },
  faults: [],
  act: [
    {
      do: 'publish-raw',
      topic: made.pipeline.consumedTopic(made.role),
      subject: 'torn',
      value: `{"type":"${made.stage.consumes}"`,
      partition: 0,
    },
    // Behind it in its partition, where that is ours to say.
    send(made, made.stage.consumes === made.begins ? { partition: 0 } : {}),
  ],
  observeUntil: { decided: { worker: made.role, subject: 'ada' } },
});

/**
 * Whoever has been refused so often has met it; one that goes on without has decided, and be it by an offset past the event when patience is
 * over. An offset alone says nothing: who keeps the event in an inbox commits it before he tries.
 */
const away = (made: Made, upstream: string, atLeast: number): Template => ({
  ending: `${upstream}-away`,
  title: `The ${made.role} is refused by ${upstream} until it has tried, or the event is decided without it.`,
  tag: 'network',
  faults: [{ kind: 'upstream-away', workers: [made.role], upstream }],
  observeUntil: {
    any: [
      { connected: { worker: made.role, upstream, refused: true, atLeast } },
      { decided: { worker: made.role } },
      { exited: { worker: made.role } },
    ],
  },
});

const upstreamsAway = (made: Made): readonly Template[] => {
  const { effect, unguarded, calls } = made.stage;
  // One that neither has rows nor keeps the guard may never speak to the database.
  const database = effect !== undefined || unguarded !== true ? [away(made, 'postgres', 2)] : [];
  return [away(made, 'kafka', 2), ...database, ...(calls === undefined ? [] : [away(made, calls, 1)])];
};

/** The same event once more, when all is done. Only what the outside world tells can be told again from outside. */
const duplicate = (made: Made): readonly Template[] => {
  const { role, begins, stage } = made;
  if (begins !== stage.consumes) return [];
  return [
    {
      ending: 'duplicate',
      title: `The same ${begins} comes again after the ${role} has worked on it.`,
      tag: 'event',
      faults: [],
      act: [
        send(made),
        { do: 'wait', until: { all: [{ decided: { worker: role } }, { passed: { worker: role } }] } },
        send(made, { eventId: 'again' }),
      ],
      observeUntil: emitted(made, 2),
    },
  ];
};

/** When all is seen of a missing topic that the role reads; undefined: no other stage announces what lies in it. */
export const whereTopicIsMissing = (pipeline: Pipeline, role: string): Condition | undefined => {
  const announcer = pipeline.announcerOf(pipeline.stage(role).consumes);
  if (announcer === undefined) return undefined;
  const entity = pipeline.broughtAboutBy(announcer);
  // The announcer has done what it does before it announces, has given up, or keeps on trying.
  return {
    any: [
      ...(entity === undefined ? [] : [{ row: { table: entity.table } }]),
      { deadLettered: {} },
      { exited: { worker: announcer } },
      { passed: { worker: announcer } },
      { lasted: { what: { met: { worker: announcer, topic: pipeline.consumedTopic(role) } }, ms: 2_000 } },
    ],
  };
};

/** The event's topic, while whoever announces it wants to. What the outside world tells it could not tell. */
const topicMissing = (made: Made): readonly Template[] => {
  const { role, pipeline, begins, stage } = made;
  const observeUntil = whereTopicIsMissing(pipeline, role);
  if (observeUntil === undefined || begins === stage.consumes) return [];
  const topic = pipeline.consumedTopic(role);
  return [
    {
      ending: 'topic-missing',
      title: `The topic ${topic} does not exist; it is created and its consumers are restarted at its beginning.`,
      tag: 'topic',
      faults: [{ kind: 'topic-missing', topic, heal: 'restart-consumers' }],
      act: [{ do: 'wait', until: { met: { worker: role, topic } } }, send(made)],
      observeUntil,
    },
  ];
};

/** Somebody else's row in the guard, where it takes one. */
const guardMarked = ({ role, stage, pipeline }: Made): readonly Template[] =>
  stage.unguarded === true || pipeline.guard.closed === true
    ? []
    : [
        {
          ending: 'guard-marked-early',
          title: `Somebody else marked ${stage.consumes} in ${pipeline.guard.table} before the ${role} sees it.`,
          tag: 'guard',
          faults: [{ kind: 'guard-marked', event: stage.consumes, subject: 'ada', writer: 'somebody-else' }],
          observeUntil: { decided: { worker: role } },
        },
      ];

const templatesOf = (made: Made): readonly Template[] => [
  down(made),
  hung(made),
  killed(made),
  wrongTopic(made),
  newGroup(made),
  poison(made),
  ...duplicate(made),
  ...topicMissing(made),
  ...guardMarked(made),
  ...upstreamsAway(made),
];

const scenarioOf = (made: Made, { ending, tag, act, given, during, ...said }: Template): Scenario => ({
  name: `${made.role}-${ending}`,
  tags: ['generic', tag],
  given: given ?? { subjects: { ada: {} } },
  act: act ?? [send(made)],
  during: during ?? ANYTHING,
  ...said,
});

/** The event of the outside world from which the way leads to the role; undefined: it tells none, or several. */
const beginningOf = (pipeline: Pipeline, role: string): string | undefined => {
  const [first, ...others] = beginningsOf(pipeline, role);
  return others.length === 0 ? first : undefined;
};

/** Those of the stages with these roles. */
export const genericScenarios = (pipeline: Pipeline, roles: readonly string[]): readonly Scenario[] =>
  pipeline.way.flatMap(({ role, stage }) => {
    const begins = beginningOf(pipeline, role);
    if (begins === undefined || !roles.includes(role)) return [];
    const made = { pipeline, role, stage, begins };
    return templatesOf(made).map((template) => scenarioOf(made, template));
  });
