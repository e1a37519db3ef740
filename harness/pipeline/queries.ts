/** A declaration, opened for reading: what follows from it for those who judge. Pure, and the same for the same value. */
import type {
  ActDeclaration,
  ColumnTest,
  EntityDeclaration,
  EventDeclaration,
  GuardDeclaration,
  PairDeclaration,
  PipelineDeclaration,
  RowTest,
  ServiceDeclaration,
  StageDeclaration,
  SubjectDeclaration,
} from './declaration.ts';
import { namedBySegments } from './route.ts';
import { followersOf, rolesOnTheWay } from './way.ts';
import { calledByField } from './words.ts';

/** A stage, as it is told of. */
export interface OnTheWay {
  readonly role: string;
  readonly stage: StageDeclaration;
  /** Of what it brings about, as sentences have it: `allocation`; of one that brings about no rows, what it announces. */
  readonly name: string;
  /** Undefined: it brings about no rows. */
  readonly entity: EntityDeclaration | undefined;
}

/** A stage with the entity that it brings about. */
export interface Effecting extends OnTheWay {
  readonly entity: EntityDeclaration;
}

/** The row that an event tells of, or the rows. */
export interface Naming {
  /** The entity's name. */
  readonly name: string;
  readonly entity: EntityDeclaration;
  readonly by: string;
  /** Fields of the event, and the columns that they must equal; undefined: it is held to none. */
  readonly agrees: Readonly<Record<string, string>> | undefined;
  /** The field that says how many rows it names; undefined: none does. */
  readonly count: string | undefined;
}

export interface Pipeline {
  /** What its ids are; undefined: UUIDs. */
  readonly ids: PipelineDeclaration['ids'];
  readonly subject: SubjectDeclaration;
  /** The two ids that tie rows to a subject: in the harness the student's and the course's. */
  readonly pair: readonly [student: PairDeclaration, course: PairDeclaration];
  /** The two, in words: `student` and `course`. */
  readonly pairCalled: readonly [student: string, course: string];
  /** Every stage, in the order of the way: each after those that announce what it consumes. */
  readonly way: readonly OnTheWay[];
  /** Those that bring about rows. */
  readonly effecting: readonly Effecting[];
  /** Those that bring about rows of this entity: several where ways meet. */
  makersOf(name: string): readonly Effecting[];
  /** The parts that workers play, in the order of the way. */
  readonly roles: readonly string[];
  readonly topics: readonly string[];
  /** Of every topic. */
  readonly partitions: number;
  readonly eventTypes: readonly string[];
  /** Those whose changes are recorded: of entities, of the guard, and further ones. */
  readonly tables: readonly string[];
  /** Those of them that a subject's rows may be looked for in: further ones may live in another database. */
  readonly rowTables: readonly string[];
  /** Those of them that may be missing. */
  readonly furtherTables: readonly string[];
  readonly entities: readonly EntityDeclaration[];
  readonly guard: GuardDeclaration;
  /** What a scenario may do as the outside world, besides telling what begins a way. */
  readonly acts: Readonly<Record<string, ActDeclaration>>;
  /** By table, columns that what stands for services and acts read and write. */
  readonly written: Readonly<Record<string, readonly string[]>>;
  readonly deadLetterTopic: string;
  /** Names of the services that stages call. */
  readonly services: readonly string[];
  /** What workers reach, besides Kafka and PostgreSQL the services. */
  readonly upstreams: readonly string[];
  /** The stage of a role. Throws where the pipeline has none: a mistake of the caller's. */
  stage(role: string): StageDeclaration;
  /** The topic that a role reads. */
  consumedTopic(role: string): string;
  /** The topic that an event belongs in; undefined: the pipeline has no such event. */
  topicOf(type: string): string | undefined;
  /** The event that a record of the topic is: the topic's only one, or of several the one it says it is. */
  eventOfTopic(topic: string, said?: unknown): string | undefined;
  /** Is a record of the topic without a value no event, but takes its key away? */
  isCompacted(topic: string): boolean;
  /** The roles that consume it. */
  consumersOf(type: string): readonly string[];
  /** The role that consumes it; undefined: none of the pipeline's does, or nothing tells which of several. */
  consumerOf(type: string): string | undefined;
  /** The roles that announce it. */
  announcersOf(type: string): readonly string[];
  /** The role that announces it; undefined: none of the pipeline's does, or nothing tells which of several. */
  announcerOf(type: string): string | undefined;
  /** The roles that follow from this one, directly or not. */
  followersOf(role: string): ReadonlySet<string>;
  /** Does a stage bring about the one from which every stage follows that brings about the other? */
  precedes(earlier: EntityDeclaration, later: EntityDeclaration): boolean;
  /** What the stage brings about; undefined: no rows. */
  broughtAboutBy(role: string): EntityDeclaration | undefined;
  /** By its name. Throws where the pipeline has none: a mistake of the caller's. */
  entity(name: string): EntityDeclaration;
  /** Those whose rows are in the table: several where a stage updates in place what another inserted. */
  entitiesOfTable(table: string): readonly EntityDeclaration[];
  /** The first of them, for who only wants to know what a row is. */
  entityOfTable(table: string): EntityDeclaration | undefined;
  /** The row that the event tells of, or the rows; undefined: it names none. */
  namedBy(type: string): Naming | undefined;
  /** Does the event begin a subject's way? */
  begins(type: string): boolean;
  /** As it is declared. Throws where the pipeline has no such event: a mistake of the caller's. */
  event(type: string): EventDeclaration;
  /** By its name. Throws where the pipeline has none: a mistake of the caller's. */
  service(name: string): ServiceDeclaration;
  /** Does the service that the stage calls make its rows? Where its answers say nothing of a row the worker makes them itself. */
  isMadeByService(stage: StageDeclaration): boolean;
  /** Is such a request at this service one that counts as a call? Of a service that the pipeline has not, none is. */
  isOperation(service: string, method: string, path: string): boolean;
  /** What the path of a call names, by the declaration's names; undefined: it is no call. */
  namedInPath(service: string, method: string, path: string): Readonly<Record<string, string>> | undefined;
}

const isText = (value: unknown): boolean => typeof value === 'string' || typeof value === 'number';

const holds = (value: unknown, test: ColumnTest): boolean => {
  if (test === 'given') return value !== null && value !== undefined && String(value).trim() !== '';
  if (typeof test === 'boolean') return value === test;
  // A column may hold a number: what it must be is declared as text.
  return typeof test === 'object' ? test.includes(String(value)) : isText(value) && String(value) === test;
};

/** Does the row hold what is asked of each column? */
export const fits = (values: Readonly<Record<string, unknown>>, test: RowTest): boolean => {
  for (const column of Object.keys(test)) {
    const asked = test[column];
    if (asked === undefined || !holds(values[column], asked)) return false;
  }
  return true;
};

/** Is the row the effect its stage is for? */
export const counts = ({ counts: tests }: EntityDeclaration, values: Readonly<Record<string, unknown>>): boolean =>
  tests.some((test) => fits(values, test));

/** Is the row owed what its stage announces, and what follows from it? */
export const isOwed = (entity: EntityDeclaration, values: Readonly<Record<string, unknown>>): boolean =>
  entity.owed === undefined ? counts(entity, values) : fits(values, entity.owed);

/** Is the row one of the entity's at all, for who looks for it? */
export const stands = (entity: EntityDeclaration, values: Readonly<Record<string, unknown>>): boolean =>
  entity.stands === undefined ? counts(entity, values) : !fits(values, entity.stands.not);

/** What is the only one; undefined: there is none, or there are several. */
const sole = <T>(all: readonly T[]): T | undefined => (all.length === 1 ? all[0] : undefined);

const grouped = <T>(all: readonly T[], key: (each: T) => string): ReadonlyMap<string, readonly T[]> => {
  const groups = new Map<string, T[]>();
  for (const each of all) groups.set(key(each), [...(groups.get(key(each)) ?? []), each]);
  return groups;
};

const opened = (declaration: PipelineDeclaration): Pipeline => {
  const { name, subject, topics, events, entities, guard, furtherTables, services, stages } = declaration;
  const [allEntities, allEvents] = [Object.values(entities), Object.entries(events)];
  const allServices = new Map(Object.entries<ServiceDeclaration>(services));
  const byTable = grouped(allEntities, ({ table }) => table);
  const byTopic = grouped(allEvents, ([, { topic }]) => topic);
  const named = <T>(all: Readonly<Record<string, T>>, what: string) => {
    const known = new Map(Object.entries(all));
    return (key: string): T => {
      const found = known.get(key);
      if (found === undefined) throw new Error(`the pipeline ${name} has no ${what} ${key}`);
      return found;
    };
  };
  const pair = subject.pair ?? USUAL_PAIR;
  const stage = named<StageDeclaration>(stages, 'stage');
  const entity = named<EntityDeclaration>(entities, 'entity');
  const way = rolesOnTheWay(stages).map((role): OnTheWay => {
    const declared = stage(role);
    const { effect, announces } = declared;
    return {
      role,
      stage: declared,
      name: effect ?? announces[0] ?? role,
      entity: effect === undefined ? undefined : entity(effect),
    };
  });
  const rolesBy = (does: (declared: StageDeclaration) => readonly string[]): ReadonlyMap<string, readonly string[]> => {
    const pairs = way.flatMap((each) => does(each.stage).map((type) => ({ type, role: each.role })));
    const roles = [...grouped(pairs, ({ type }) => type)];
    return new Map(roles.map(([type, all]) => [type, all.map(({ role }) => role)]));
  };
  const consumers = rolesBy(({ consumes }) => [consumes]);
  const announcers = rolesBy(({ announces }) => announces);
  const topicOf = (type: string): string | undefined => events[type]?.topic;
  const consumersOf = (type: string): readonly string[] => consumers.get(type) ?? [];
  const announcersOf = (type: string): readonly string[] => announcers.get(type) ?? [];
  const namedInPath: Pipeline['namedInPath'] = (service, method, path) => {
    const operation = allServices.get(service)?.operation;
    return operation?.method === method.toUpperCase() ? namedBySegments(operation.path, path) : undefined;
  };
  const effecting = way.filter((each): each is Effecting => each.entity !== undefined);
  // Asked of every event and of every row.
  const makers = grouped(effecting, (each) => each.name);
  const followers = new Map(way.map(({ role }) => [role, followersOf(stages, role)]));
  const broughtAbout = new Map(way.map((each) => [each.role, each.entity]));
  const namings = new Map(
    allEvents.flatMap(([type, { names }]): readonly (readonly [string, Naming])[] => {
      if (names === undefined) return [];
      const { entity: of, by, agrees, count } = names;
      return [[type, { name: of, entity: entity(of), by, agrees, count }]];
    }),
  );
  return {
    ids: declaration.ids,
    subject,
    pair,
    pairCalled: [calledByField(pair[0].field), calledByField(pair[1].field)],
    way,
    effecting,
    makersOf: (made) => makers.get(made) ?? [],
    roles: way.map(({ role }) => role),
    topics: Object.keys(topics),
    partitions: declaration.partitions,
    eventTypes: allEvents.map(([type]) => type),
    tables: [...byTable.keys(), guard.table, ...furtherTables],
    rowTables: [...byTable.keys(), guard.table],
    furtherTables,
    entities: allEntities,
    guard,
    acts: declaration.acts ?? {},
    written: declaration.written ?? {},
    deadLetterTopic: Object.entries(topics).find(([, { deadLetters }]) => deadLetters === true)?.[0] ?? '',
    services: [...allServices.keys()],
    upstreams: ['kafka', 'postgres', ...allServices.keys()],
    stage,
    consumedTopic: (role) => topicOf(stage(role).consumes) ?? '',
    topicOf,
    eventOfTopic: (topic, said) => {
      const [first, ...others] = byTopic.get(topic) ?? [];
      return (others.length === 0 ? first : byTopic.get(topic)?.find(([type]) => type === said))?.[0];
    },
    isCompacted: (topic) => topics[topic]?.compacted === true,
    consumersOf,
    consumerOf: (type) => sole(consumersOf(type)),
    announcersOf,
    announcerOf: (type) => sole(announcersOf(type)),
    followersOf: (role) => followers.get(role) ?? followersOf(stages, role),
    precedes: (earlier, later) => {
      const rolesOf = (made: EntityDeclaration) => way.filter((each) => each.entity === made).map(({ role }) => role);
      const [before, after] = [rolesOf(earlier), rolesOf(later)];
      return after.length > 0 && before.some((role) => after.every((next) => followersOf(stages, role).has(next)));
    },
    broughtAboutBy: (role) => broughtAbout.get(role),
    entity,
    namedBy: (type) => namings.get(type),
    entitiesOfTable: (table) => byTable.get(table) ?? [],
    entityOfTable: (table) => byTable.get(table)?.[0],
    begins: (type) => events[type]?.begins === true,
    event: named<EventDeclaration>(events, 'event'),
    service: named<ServiceDeclaration>(services, 'service'),
    isMadeByService: ({ calls }) => calls !== undefined && allServices.get(calls)?.answers !== undefined,
    isOperation: (service, method, path) => namedInPath(service, method, path) !== undefined,
    namedInPath,
  };
};

const USUAL_PAIR: Pipeline['pair'] = [
  { field: 'studentId', column: 'student_id' },
  { field: 'courseId', column: 'course_id' },
];

const known = new WeakMap<PipelineDeclaration, Pipeline>();

/** Opens a declaration, once. */
export const pipelineOf = (declaration: PipelineDeclaration): Pipeline => {
  let pipeline = known.get(declaration);
  if (pipeline === undefined) known.set(declaration, (pipeline = opened(declaration)));
  return pipeline;
};
