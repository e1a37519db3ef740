/** Whether shards together are one whole run. Pure. */
import { EXIT } from '../base/errors.ts';
import type { ShardDocument } from '../reporters/shard-file.ts';
import { countStandings } from '../verdict/premises.ts';
import { exitCodeOfStandings } from './exit-code.ts';
import type { StoredShard } from './read-shards.ts';

const shardName = ({ shard }: ShardDocument): string => `${shard.index}/${shard.count}`;

const grouped = <T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> => {
  const groups = new Map<string, readonly T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
};

/** What all shards of one run have in common. */
const COMMON: readonly (readonly [what: string, of: (document: ShardDocument) => string | undefined])[] = [
  ['the number of shards', ({ shard }) => String(shard.count)],
  ["Faultline's version", ({ faultline }) => faultline],
  ['the workers', ({ workers }) => workers.name + (workers.note === undefined ? '' : ` (${workers.note})`)],
  ['--repeat', ({ repeat }) => String(repeat)],
  ['--fresh', ({ fresh }) => String(fresh)],
  ['--patience', ({ waiting }) => String(waiting.patienceMs ?? 'as usual')],
  ['--settle-deadline', ({ waiting }) => String(waiting.settleDeadlineMs ?? 'as usual')],
  ['--wait-out', ({ waiting }) => String(waiting.waitOut ?? false)],
  // A shard without trials started no environment.
  [
    'the environment',
    ({ environment }) =>
      environment === null
        ? undefined
        : `${environment.mode}, Kafka ${environment.kafka}, PostgreSQL ${environment.postgres}`,
  ],
];

const differences = (shards: readonly StoredShard[]): readonly string[] =>
  COMMON.flatMap(([what, of]) => {
    const told = shards.filter(({ document }) => of(document) !== undefined);
    const values = grouped(told, ({ document }) => of(document) ?? '');
    if (values.size < 2) return [];
    const each = [...values].map(
      ([value, having]) => `${value} in ${having.map(({ document }) => shardName(document)).join(', ')}`,
    );
    return [`${what} is not the same in all shards: ${each.join('; ')}`];
  });

const differentSelections = ([first, ...rest]: readonly StoredShard[]): readonly string[] =>
  rest.flatMap(({ document }) => {
    const [a, b] = [first?.document.selection ?? {}, document.selection];
    const names = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort().filter((name) => a[name] !== b[name]);
    return names.length === 0 || first === undefined
      ? []
      : [
          `the shards ${shardName(first.document)} and ${shardName(document)} are of different scenarios: ${names.join(', ')}`,
        ];
  });

const wrongNumbers = (shards: readonly StoredShard[]): readonly string[] => {
  const counts = new Set(shards.map(({ document }) => document.shard.count));
  const [count = 0] = counts;
  // Which ones are missing of what is said by the difference already.
  if (counts.size !== 1) return [];
  const byIndex = grouped(shards, ({ document }) => String(document.shard.index));
  const all = Array.from({ length: count }, (_, i) => String(i + 1));
  const missing = all.filter((index) => !byIndex.has(index));
  return [
    ...(missing.length === 0
      ? []
      : [
          `${missing.map((index) => `${index}/${count}`).join(', ')} of the shards ${missing.length === 1 ? 'is' : 'are'} missing`,
        ]),
    ...[...byIndex].flatMap(([index, same]) =>
      same.length === 1
        ? []
        : [`the shard ${index}/${count} is there ${same.length} times: ${same.map(({ file }) => file).join(', ')}`],
    ),
  ];
};

/** What an exit code is called; undefined for one that is not known. */
type MeaningOf = (exitCode: number) => string | undefined;

const WITH_VERDICT: readonly number[] = [EXIT.ok, EXIT.failed, EXIT.unknown];

const unfinished = ({ document, file }: StoredShard, meaningOf: MeaningOf): readonly string[] => {
  const { exitCode, planned, results } = document;
  const labels = new Set(results.map(({ label }) => label));
  const missing = planned.filter(({ label }) => !labels.has(label));
  const name = shardName(document);
  if (exitCode === null)
    return [`the shard ${name} has not finished: it has ${results.length} of ${planned.length} results (${file})`];
  if (!WITH_VERDICT.includes(exitCode)) {
    const meaning = meaningOf(exitCode) ?? 'not known here';
    return [`the shard ${name} ended with exit code ${exitCode} (${meaning}) (${file})`];
  }
  if (missing.length > 0)
    return [`the shard ${name} did not run ${missing.map(({ label }) => label).join(', ')} (${file})`];
  const unasked = results.filter(
    ({ label, result }) => !planned.some((p) => p.label === label && p.name === result.name && p.seed === result.seed),
  );
  if (unasked.length > 0 || results.length !== planned.length)
    return [`the results of the shard ${name} are not those of its trials (${file})`];
  const due = exitCodeOfStandings(
    countStandings(results.map(({ result, standing }) => standing ?? result.verdict.outcome)),
  );
  return due === exitCode
    ? []
    : [`the shard ${name} says exit code ${exitCode}, and its results make ${due} (${file})`];
};

const wrongDivision = (shards: readonly StoredShard[]): readonly string[] => {
  const planned = shards.flatMap(({ document }) =>
    document.planned.map((trial) => ({ ...trial, in: shardName(document) })),
  );
  const twice = [...grouped(planned, ({ label }) => label)].filter(([, same]) => same.length > 1);
  const names = new Set(planned.map(({ name }) => name));
  const nowhere = Object.keys(shards[0]?.document.selection ?? {}).filter((name) => !names.has(name));
  const why = 'every shard must divide by the same recorded durations (--durations)';
  return [
    ...twice.map(([label, same]) => `${label} is in the shards ${same.map((trial) => trial.in).join(' and ')}: ${why}`),
    ...nowhere.map((name) => `${name} is in no shard: ${why}`),
  ];
};

/** Everything for which these are not the shards of one finished run; empty when they are. */
export const shardProblems = (shards: readonly StoredShard[], meaningOf: MeaningOf): readonly string[] => {
  const together = [...differences(shards), ...differentSelections(shards), ...wrongNumbers(shards)];
  // Of shards that do not belong together it would only be said once more.
  const division = together.length === 0 ? wrongDivision(shards) : [];
  return [...together, ...division, ...shards.flatMap((shard) => unfinished(shard, meaningOf))];
};
