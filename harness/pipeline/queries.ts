/** A declaration, opened for reading: what follows from it for those who judge. Pure, and the same for the same value. */
import type {
  ColumnTest,
  EntityDeclaration,
  EventDeclaration,
  GuardDeclaration,
  PipelineDeclaration,
  RowTest,
  ServiceDeclaration,
  StageDeclaration,
  SubjectDeclaration,
} from './declaration.ts';

/** A stage with the entity that it brings about. */
export interface Effecting {
  readonly role: string;
  readonly stage: StageDeclaration;
  /** The entity's, as sentences have it: `allocation`. */
  readonly name: string;
  readonly entity: EntityDeclaration;
}

/** The row that an event tells of. */
export interface Naming {
  /** The entity's name. */
  readonly name: string;
  readonly entity: EntityDeclaration;
  readonly by: string;
  /** Fields of the event, and the columns that they must equal; undefined: it is held to none. */
  readonly agrees: Readonly<Record<string, string>> | undefined;
}

export interface Pipeline {
  readonly subject: SubjectDeclaration;
  /** Stages with what they bring about, in the order of the way. */
  readonly effecting: readonly Effecting[];
  /** The parts that workers play, in the order of the way. */
  readonly roles: readonly string[];
  readonly topics: readonly string[];
  readonly eventTypes: readonly string[];
  /** Those whose changes are recorded: of entities, of the guard, and further ones. */
  readonly tables: readonly string[];
  readonly entities: readonly EntityDeclaration[];
  readonly guard: GuardDeclaration;
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
  eventOfTopic(topic: string): string | undefined;
  /** The role that consumes it; undefined: none of the pipeline's does. */
  consumerOf(type: string): string | undefined;
  /** The role that announces it; undefined: none of the pipeline's does. */
  announcerOf(type: string): string | undefined;
  /** What the event brings about; undefined: no rows. */
  effectOf(type: string): EntityDeclaration | undefined;
  /** By its name. Throws where the pipeline has none: a mistake of the caller's. */
  entity(name: string): EntityDeclaration;
  entityOfTable(table: string): EntityDeclaration | undefined;
  /** The row that the event tells of; undefined: it names none. */
  namedBy(type: string): Naming | undefined;
  /** Does the event begin a subject's way? */
  begins(type: string): boolean;
  /** As it is declared. Throws where the pipeline has no such event: a mistake of the caller's. */
  event(type: string): EventDeclaration;
  /** By its name. Throws where the pipeline has none: a mistake of the caller's. */
  service(name: string): ServiceDeclaration;
  /** Is such a request at this service one that counts as a call? Of a service that the pipeline has not, none is. */
  isOperation(service: string, method: string, path: string): boolean;
}

const holds = (value: unknown, test: ColumnTest): boolean => {
  if (test === 'given') return value !== null && value !== undefined && String(value).trim() !== '';
  return typeof test === 'object' ? test.includes(String(value)) : value === test;
};

/** Does the row hold what is asked of each column? */
export const fits = (values: Readonly<Record<string, unknown>>, test: RowTest): boolean =>
  Object.entries(test).every(([column, asked]) => holds(values[column], asked));

/** Is the row the effect its stage is for? */
export const counts = ({ counts: tests }: EntityDeclaration, values: Readonly<Record<string, unknown>>): boolean =>
  tests.some((test) => fits(values, test));

/** Is the row owed what its stage announces, and what follows from it? */
export const isOwed = (entity: EntityDeclaration, values: Readonly<Record<string, unknown>>): boolean =>
  entity.owed === undefined ? counts(entity, values) : fits(values, entity.owed);

/** Is the row one of the entity's at all, for who looks for it? */
export const stands = (entity: EntityDeclaration, values: Readonly<Record<string, unknown>>): boolean =>
  entity.stands === undefined ? counts(entity, values) : !fits(values, entity.stands.not);

const opened = (declaration: PipelineDeclaration): Pipeline => {
  const { name, subject, topics, events, entities, guard, furtherTables, services, stages } = declaration;
  const [allStages, allEntities] = [new Map(Object.entries(stages)), Object.values(entities)];
  const topicOfEvent = new Map(Object.entries(events).map(([type, { topic }]) => [type, topic]));
  const eventByTopic = new Map([...topicOfEvent].map(([type, topic]) => [topic, type]));
  const consumers = new Map([...allStages].map(([role, { consumes }]) => [consumes, role]));
  const allServices = new Map(Object.entries<ServiceDeclaration>(services));
  const byTable = new Map(allEntities.map((entity) => [entity.table, entity]));
  const named = <T>(all: Readonly<Record<string, T>>, what: string) => {
    const known = new Map(Object.entries(all));
    return (key: string): T => {
      const found = known.get(key);
      if (found === undefined) throw new Error(`the pipeline ${name} has no ${what} ${key}`);
      return found;
    };
  };
  const stage = named<StageDeclaration>(stages, 'stage');
  const entity = named<EntityDeclaration>(entities, 'entity');
  const topicOf = (type: string): string | undefined => topicOfEvent.get(type);
  const consumerOf = (type: string): string | undefined => consumers.get(type);
  return {
    subject,
    effecting: [...allStages].map(([role, each]) => ({
      role,
      stage: each,
      name: each.effect,
      entity: entity(each.effect),
    })),
    roles: [...allStages.keys()],
    topics: Object.keys(topics),
    eventTypes: [...topicOfEvent.keys()],
    tables: [...byTable.keys(), guard.table, ...furtherTables],
    entities: allEntities,
    guard,
    deadLetterTopic: Object.entries(topics).find(([, { deadLetters }]) => deadLetters === true)?.[0] ?? '',
    services: [...allServices.keys()],
    upstreams: ['kafka', 'postgres', ...allServices.keys()],
    stage,
    consumedTopic: (role) => topicOf(stage(role).consumes) ?? '',
    topicOf,
    eventOfTopic: (topic) => eventByTopic.get(topic),
    consumerOf,
    announcerOf: (type) => [...allStages].find(([, { announces }]) => announces.includes(type))?.[0],
    effectOf: (type) => {
      const role = consumerOf(type);
      return role === undefined ? undefined : entities[stage(role).effect];
    },
    entity,
    namedBy: (type) => {
      const names = events[type]?.names;
      if (names === undefined) return undefined;
      return { name: names.entity, entity: entity(names.entity), by: names.by, agrees: names.agrees };
    },
    entityOfTable: (table) => byTable.get(table),
    begins: (type) => events[type]?.begins === true,
    event: named<EventDeclaration>(events, 'event'),
    service: named<ServiceDeclaration>(services, 'service'),
    isOperation: (service, method, path) => {
      const operation = allServices.get(service)?.operation;
      return operation?.method === method.toUpperCase() && operation.path === path;
    },
  };
};

const known = new WeakMap<PipelineDeclaration, Pipeline>();

/** Opens a declaration, once. */
export const pipelineOf = (declaration: PipelineDeclaration): Pipeline => {
  let pipeline = known.get(declaration);
  if (pipeline === undefined) known.set(declaration, (pipeline = opened(declaration)));
  return pipeline;
};
