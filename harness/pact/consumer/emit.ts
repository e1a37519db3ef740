/** Making the real writer of a message write it: an event goes in on the real broker, the record is what comes out. */
import { exactJson } from '../../contract/exact-json.ts';
import type { ActualRecord } from '../../contract/messages.ts';
import type { HistoryEvent } from '../../history/events.ts';
import type { MessageDeclaration, Place } from '../../pipeline/pacts.ts';
import { pipelineOf } from '../../pipeline/queries.ts';
import type { WorkerRole } from '../../pipeline/vocabulary.ts';
import type { Bench } from './bench.ts';

const contentsOf = ({ topic, key, headers, value, json }: HistoryEvent<'kafka.record'>): ActualRecord => ({
  topic,
  key,
  headers,
  json: exactJson(value, json),
});

/** A worker that gives an event up may go on trying it; its successor begins after it. */
const bePast = async (bench: Bench, role: WorkerRole, place: Place): Promise<void> => {
  try {
    await bench.until(`the ${role} to be done with its event`, () => bench.isPast(role, place) || undefined, {
      deadlineMs: 1000,
    });
  } catch {
    await bench.restart(bench.slot.workers.roles);
  }
};

const isAt =
  (place: Place) =>
  ({ topic, partition, offset }: Place): boolean =>
    topic === place.topic && partition === place.partition && offset === place.offset;

const byWorker = async (bench: Bench, role: WorkerRole, declaration: MessageDeclaration): Promise<ActualRecord> => {
  const { topic, description, given, isIt } = declaration;
  const event = await given(bench.database);
  const place = await bench.publish(event);
  const answers = (record: HistoryEvent<'kafka.record'>): boolean =>
    isIt === undefined ? record.key === event.key : isIt(record, place);
  const record = await bench.until(
    `${description} of the ${role}`,
    () => bench.of('kafka.record').find((each) => each.topic === topic && answers(each)),
    { by: role },
  );
  await bePast(bench, role, place);
  return contentsOf(record);
};

/** Who is no stage is emulated: its record is told in its name and read back from the broker. */
const byEmulation = async (bench: Bench, { given, description }: MessageDeclaration): Promise<ActualRecord> => {
  const place = await bench.publish(await given(bench.database));
  const record = await bench.until(`${description} to be read back`, () => bench.of('kafka.record').find(isAt(place)));
  return contentsOf(record);
};

/**
 * What the message's writer really writes. The workers must run, with the stubs as their services.
 * Errors: FaultlineError 'worker' when nothing comes.
 */
export const emit = (bench: Bench, declaration: MessageDeclaration): Promise<ActualRecord> => {
  const { provider } = declaration;
  return pipelineOf(bench.set.pipeline).roles.includes(provider)
    ? byWorker(bench, provider, declaration)
    : byEmulation(bench, declaration);
};
