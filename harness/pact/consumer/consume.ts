/** Giving a message to its real reader: the pact's example goes through the real broker, and what the reader is for must come about. */
import type { RowChange } from '../../history/events.ts';
import type { ExampleMessage } from '../../pipeline/pacts.ts';
import { counts, pipelineOf } from '../../pipeline/queries.ts';
import type { Pipeline } from '../../pipeline/queries.ts';
import type { EntityDeclaration } from '../../pipeline/declaration.ts';
import type { WorkerRole } from '../../pipeline/vocabulary.ts';
import type { Bench } from './bench.ts';

const HEADER = 'header.';

type Fields = Readonly<Record<string, unknown>>;

/** Whose rows of the entity an event is about, by their columns. */
const columnsFor = (pipeline: Pipeline, role: WorkerRole, entity: EntityDeclaration, event: Fields): Fields => {
  const { via } = entity;
  if (via === undefined) return Object.fromEntries(pipeline.pair.map(({ field, column }) => [column, event[field]]));
  const naming = pipeline.namedBy(pipeline.stage(role).consumes);
  return naming?.name === via.entity ? { [via.column]: event[naming.by] } : {};
};

interface Effect {
  readonly called: string;
  /** Has it come about since? */
  readonly find: () => unknown;
}

/** What shows that the worker has understood the event: the row that it is for, or what it passes on. */
const effectOf = (bench: Bench, role: WorkerRole, { key }: { readonly key: string }, event: Fields): Effect => {
  const pipeline = pipelineOf(bench.set.pipeline);
  const entity = pipeline.broughtAboutBy(role);
  if (entity === undefined) {
    const [announced = ''] = pipeline.stage(role).announces;
    const known = bench.of('kafka.record').length;
    const isIt = (record: { readonly topic: string; readonly key: string | null }): boolean =>
      record.topic === pipeline.topicOf(announced) && record.key === key;
    return {
      called: `the ${announced} that the ${role} tells`,
      find: () => bench.of('kafka.record').slice(known).find(isIt),
    };
  }
  const columns = Object.entries(columnsFor(pipeline, role, entity, event));
  const isIt = ({ table, row }: RowChange): boolean =>
    table === entity.table &&
    row !== undefined &&
    counts(entity, row) &&
    columns.every(([column, value]) => String(row[column]) === String(value));
  const known = bench.of('postgres.commit').length;
  return {
    called: `the row in ${entity.table} that the ${role} brings about`,
    find: () =>
      bench
        .of('postgres.commit')
        .slice(known)
        .find(({ changes }) => changes.some(isIt)),
  };
};

/** Errors: FaultlineError 'worker' when nothing comes of it. */
export const consume = async (bench: Bench, role: WorkerRole, example: ExampleMessage): Promise<void> => {
  const { topic = '', key = '' } = example.metadata;
  await bench.set.pactDeclarations?.().readers?.[role]?.(bench.database, example);
  const headers = Object.fromEntries(
    Object.entries(example.metadata).flatMap(([name, value]) =>
      name.startsWith(HEADER) ? [[name.slice(HEADER.length), value]] : [],
    ),
  );
  const { called, find } = effectOf(bench, role, { key }, example.content as Fields);
  const place = await bench.publish({ topic, key, headers, value: JSON.stringify(example.content) });
  await bench.until(called, find, { by: role });
  await bench.until(`the offset that the ${role} commits`, () => bench.isPast(role, place) || undefined, { by: role });
};
