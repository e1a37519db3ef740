/** What the shape of a declaration cannot tell: names that must be declared, and what may be there once only. */
import { didYouMean } from '../base/nearest.ts';
import type { Path, Problem } from '../base/problems.ts';
import type { PipelineDeclaration } from './declaration.ts';
import { serviceVariable } from './variables.ts';
import { followersOf } from './way.ts';

const named = (path: Path, name: string | undefined, known: readonly string[]): readonly Problem[] =>
  name === undefined || known.includes(name)
    ? []
    : [{ path, message: `allowed: ${known.join(', ')}${didYouMean(name, known)}` }];

const unless = (isRight: boolean, path: Path, message: string): readonly Problem[] =>
  isRight ? [] : [{ path, message }];

type Owned = readonly [path: Path, value: string];

/** The second and later of those that have the same, by what they have. */
const repeated = (pairs: readonly Owned[], what: (value: string) => string): readonly Problem[] =>
  pairs.flatMap(([path, value], i) =>
    pairs.findIndex(([, other]) => other === value) < i ? [{ path, message: what(value) }] : [],
  );

/** What folders, processes and proxies are called by as well. */
const isPlainName = (name: string): boolean => /^[A-Za-z0-9][\w.-]{0,99}$/.test(name);
const PLAIN_NAME =
  'must be made of letters, digits, ".", "_" and "-", begin with a letter or a digit, and be at most 100 long';

/** What Kafka takes. */
const isTopicName = (name: string): boolean => /^[\w.-]{1,249}$/.test(name) && name !== '.' && name !== '..';

const ofNames = ({ topics, entities, stages, services }: PipelineDeclaration): readonly Problem[] => [
  ...Object.keys(topics).flatMap((name) =>
    unless(
      isTopicName(name),
      ['topics', name],
      'must be a name that Kafka takes: letters, digits, ".", "_" and "-", at most 249 of them',
    ),
  ),
  ...Object.entries({ entities, stages, services }).flatMap(([part, declared]) =>
    Object.keys(declared).flatMap((name) => unless(isPlainName(name), [part, name], PLAIN_NAME)),
  ),
];

/** The variables in which a worker is told where everything else is. */
const TAKEN_VARIABLES: readonly string[] = ['KAFKA_BROKERS', 'DATABASE_URL', 'POSTGRES_URL'];

/** As whom the harness itself writes rows that are no worker's doing. */
const WRITERS: readonly string[] = ['faultline', 'somebody'];

/** Is a row of this writer what the scenario gave? What a service writes counts as a worker's, whose call asked for it. */
const isTakenWriter = ({ acts = {} }: PipelineDeclaration, name: string): boolean =>
  WRITERS.includes(name) || Object.values(acts).some((act) => act.as === name);

const ofServices = (declaration: PipelineDeclaration): readonly Problem[] => {
  const { services } = declaration;
  const names = Object.keys(services);
  return names.flatMap((name, i) => {
    const path = ['services', name];
    if (['kafka', 'postgres'].includes(name))
      return [{ path, message: `must have another name: ${name} is what every worker reaches besides its services` }];
    const variable = serviceVariable(name);
    const other = names.slice(0, i).find((each) => serviceVariable(each) === variable);
    return [
      ...unless(
        !isTakenWriter(declaration, name),
        path,
        'must have another name: rows that the scenario gives are written under it, and are no worker’s doing',
      ),
      ...unless(
        !TAKEN_VARIABLES.includes(variable),
        path,
        `must have another name: workers would be told of it in ${variable}, which tells where Kafka or PostgreSQL is`,
      ),
      ...unless(
        other === undefined,
        path,
        `must have another name: workers would be told of it in ${variable}, as of ${other}`,
      ),
    ];
  });
};

/** Where an id may be anything but a UUID, the pipeline says so. */
const ofIds = ({ ids, subject }: PipelineDeclaration): readonly Problem[] => {
  const others = [subject, ...(subject.pair ?? [])].some(({ drawn = 'uuid' }) => drawn !== 'uuid');
  return unless(
    !others || ids === 'text',
    ['ids'],
    "must be 'text': some of the subject's ids are drawn as something else than UUIDs",
  );
};

const ofTopics = ({ topics }: PipelineDeclaration): readonly Problem[] => {
  const letters = Object.entries(topics).filter(([, { deadLetters }]) => deadLetters === true);
  return [
    ...unless(
      letters.length === 1,
      ['topics'],
      `must have one topic with deadLetters: true, and it has ${letters.length}`,
    ),
    ...letters.flatMap(([name, { compacted }]) =>
      unless(compacted !== true, ['topics', name, 'compacted'], 'must be left out: letters of one key are all kept'),
    ),
  ];
};

const ofEvents = ({ events, topics, entities }: PipelineDeclaration): readonly Problem[] => [
  ...unless(
    Object.values(events).some(({ begins }) => begins === true),
    ['events'],
    'must have one with begins: true, which the outside world tells',
  ),
  ...Object.entries(events).flatMap(([type, { topic, names }]) => [
    ...named(['events', type, 'topic'], topic, Object.keys(topics)),
    ...named(['events', type, 'names', 'entity'], names?.entity, Object.keys(entities)),
    ...unless(
      topics[topic]?.deadLetters !== true,
      ['events', type, 'topic'],
      `must be another topic: ${topic} takes what workers give up`,
    ),
  ]),
];

/** Is an entity told by itself in the end, via others? */
const isViaItself = (entities: PipelineDeclaration['entities'], name: string): boolean => {
  const seen = new Set<string>();
  for (let at = entities[name]?.via?.entity; at !== undefined && !seen.has(at); at = entities[at]?.via?.entity) {
    if (at === name) return true;
    seen.add(at);
  }
  return false;
};

/** Each table of entities once. */
const tablesOf = (entities: PipelineDeclaration['entities']): readonly Owned[] =>
  [...new Map(Object.entries(entities).map(([name, { table }]) => [table, name]))].map(([table, name]) => [
    ['entities', name, 'table'],
    table,
  ]);

const ofEntities = ({ entities, guard, furtherTables, subject }: PipelineDeclaration): readonly Problem[] => {
  const known = Object.keys(entities);
  const further = furtherTables.map((table, i): Owned => [['furtherTables', i], table]);
  return [
    ...Object.entries(entities).flatMap(([name, { requires, via }]) => [
      ...named(['entities', name, 'requires', 'entity'], requires?.entity, known),
      ...named(['entities', name, 'via', 'entity'], via?.entity, known),
      ...unless(
        !isViaItself(entities, name),
        ['entities', name, 'via', 'entity'],
        'must lead to rows that have the ids of the subject of their own, and it leads back here',
      ),
    ]),
    ...named(['subject', 'table'], subject.table, furtherTables),
    // Several entities may be one table's rows in different states: what tells them apart is what counts.
    ...repeated(
      Object.entries(entities).map(([name, { table, counts }]): Owned => [
        ['entities', name, 'counts'],
        `${table} ${JSON.stringify(counts)}`,
      ]),
      (value) => `must tell its rows from those of the other entity in ${value.split(' ')[0]}, of which the same count`,
    ),
    ...repeated(
      [...tablesOf(entities), [['guard', 'table'], guard.table], ...further],
      (table) => `must be a table of its own: ${table} is declared before`,
    ),
  ];
};

const ofWritten = ({ written = {}, entities, guard, furtherTables }: PipelineDeclaration): readonly Problem[] => {
  const tables = [...Object.values(entities).map(({ table }) => table), guard.table, ...furtherTables];
  return Object.keys(written).flatMap((table) => named(['written', table], table, tables));
};

const ofActs = ({ acts = {}, events, entities }: PipelineDeclaration): readonly Problem[] =>
  Object.entries(acts).flatMap(([name, { about, makes }]) => [
    ...named(['acts', name, 'about'], about, Object.keys(events)),
    ...named(['acts', name, 'makes'], makes, Object.keys(entities)),
  ]);

const ofStages = ({ stages, events, entities, services }: PipelineDeclaration): readonly Problem[] => {
  const [known, all] = [Object.keys(events), Object.entries(stages)];
  return [
    ...unless(all.length > 0, ['stages'], 'must have one at least: what a worker does'),
    ...all.flatMap(([role, { consumes, effect, unasked, calls, announces }]) => [
      ...named(['stages', role, 'consumes'], consumes, known),
      ...named(['stages', role, 'effect'], effect, Object.keys(entities)),
      ...named(['stages', role, 'calls'], calls, Object.keys(services)),
      ...unless(
        unasked === undefined || effect !== undefined,
        ['stages', role, 'unasked'],
        'must be left out, or effect must say which rows it brings about',
      ),
      ...announces.flatMap((type, i) => [
        ...named(['stages', role, 'announces', i], type, known),
        ...all.flatMap(([other, { consumes: next }]) =>
          unless(
            next !== type || (other !== role && !followersOf(stages, other).has(role)),
            ['stages', role, 'announces', i],
            `must not lead in a circle: ${other} consumes it, from which ${role} follows`,
          ),
        ),
      ]),
    ]),
    ...repeated(
      all.map(([role, { consumes, group }]) => [['stages', role, 'group'], `${consumes} ${group}`]),
      (value) =>
        `must be a group of its own: another stage reads ${value.split(' ')[0]} in it, and only one of both would get each event`,
    ),
  ];
};

/** What is wrong with a declaration whose shape is right. */
export const referenceProblems = (declaration: PipelineDeclaration): readonly Problem[] =>
  [ofNames, ofIds, ofTopics, ofServices, ofEvents, ofEntities, ofWritten, ofActs, ofStages].flatMap((problems) =>
    problems(declaration),
  );
