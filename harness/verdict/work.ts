/** Which events show the pipeline at work (semantics: Settled). The rest may go on for ever. */
import { idsOf } from '../history/event-ids.ts';
import type { HistoryEvent, Subject } from '../history/events.ts';
import { normalId } from '../history/ids.ts';
import type { OpenWork } from '../history/open-work.ts';
import { isOperation } from '../history/reading-calls.ts';
import type { Pipeline } from '../pipeline/queries.ts';

export type IsWork = (event: HistoryEvent) => boolean;

const isPipelines = ({ deadLetterTopic, eventTypes, topicOf }: Pipeline, topic: string): boolean =>
  topic === deadLetterTopic || eventTypes.some((type) => topicOf(type) === topic);

/**
 * Work is what concerns the trial's ids at the pipeline's boundaries, and what befalls the processes. Not work: log
 * lines, other paths at the API, topics that nothing reads, rows without an id of the trial, connections. It must be
 * shown every event, in order: an answer is known by its request.
 */
export const createWork = (
  pipeline: Pipeline,
  subjects: readonly Pick<Subject, 'correlationId' | 'studentId'>[],
  lag: Pick<OpenWork, 'isRead' | 'isOfTrial' | 'isGroupOfTrial' | 'lastMove'>,
): { observe(event: HistoryEvent): void; readonly isWork: IsWork } => {
  const ids = new Set(subjects.flatMap(({ correlationId, studentId }) => [correlationId, studentId].map(normalId)));
  const calls = new Set<number>();
  const isOfTrial = (event: HistoryEvent): boolean => idsOf(event).some((id) => ids.has(id));

  const isWork: IsWork = (event) => {
    switch (event.kind) {
      case 'kafka.record':
        // A topic of a worker's own may tick for ever, though its group reads it.
        return (
          event.control === undefined &&
          ((lag.isRead(event.topic) && lag.isOfTrial(event)) ||
            (isPipelines(pipeline, event.topic) && isOfTrial(event)))
        );
      case 'offsets.committed':
        return lag.lastMove() >= event.seq;
      case 'postgres.commit':
        return event.changes.length > 0 && isOfTrial(event);
      case 'http.request':
        // Anything else at the API is no call: health checks are made as long as a worker lives.
        return isOperation(pipeline, event);
      case 'http.response':
      case 'http.effect':
        return calls.has(event.call);
      case 'offsets.group-changed':
        // A worker may be in groups for purposes of its own, and join them again and again.
        return lag.isGroupOfTrial(event.group);
      case 'process.started':
      case 'process.ready':
      case 'process.exited':
      case 'wire.refused':
        return true;
      default:
        return false;
    }
  };
  return {
    observe: (event) => {
      if (event.kind === 'http.request' && isOperation(pipeline, event)) calls.add(event.call);
    },
    isWork,
  };
};
