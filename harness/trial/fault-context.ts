/** The slot as faults see it. */
import { FaultlineError } from '../base/errors.ts';
import type { WorkerSet } from '../config/types.ts';
import { insertProcessedEvent } from '../database/rows.ts';
import type { FaultContext } from '../faults/types.ts';
import { EVENT_TOPICS, WORKERS } from '../pipeline/pipeline.ts';
import type { ResolvedSubject } from '../scenario/subjects.ts';
import { subjectNamed } from './actor.ts';
import type { Slot } from './slot/slot.ts';
import type { Watch } from './watch.ts';

export const createFaultContext = (parts: {
  readonly slot: Slot;
  readonly subjects: readonly ResolvedSubject[];
  readonly workers: WorkerSet;
  readonly watch: Watch;
  readonly keepDeadMembers: boolean;
  readonly fired: (detail: string) => void;
  readonly failed: (error: unknown) => void;
}): FaultContext => {
  const { slot, subjects, workers } = parts;
  let fired = false;
  return {
    workers: {
      stop: (role) => slot.workers.stop(role, { leaveGroup: !parts.keepDeadMembers }),
      start: (role, options) => slot.workers.start(role, options),
      pause: (role) => slot.workers.pause(role),
      resume: (role) => slot.workers.resume(role),
      isRunning: (role) => slot.workers.isRunning(role),
      misconfigured: (role, setting) => {
        const env = workers.workers.find((w) => w.role === role)?.misconfigured[setting];
        if (env === undefined)
          throw new FaultlineError(
            'config',
            `the worker set ${workers.name} does not say how ${role} is misconfigured: ${setting}`,
            `Add misconfigured: { '${setting}': { VARIABLE: 'wrong value' } } to ${role} in faultline.config.ts.`,
          );
        return env;
      },
    },
    topics: {
      remove: (topic) => slot.topics.remove(topic),
      create: (topic) => slot.topics.create(topic),
      consumersOf: (topic) =>
        workers.workers.map((w) => w.role).filter((role) => EVENT_TOPICS[WORKERS[role].consumes] === topic),
      commitBeginning: (role) => slot.workers.commitBeginning(role),
    },
    api: {
      behave: (name, options, onFired) =>
        slot.adminService.behave(subjectNamed(subjects, name).studentId, { ...options, onFired: ({ call }) => onFired(call) }),
    },
    wires: {
      withhold: async (role, upstream) => {
        await slot.wires(role).withhold(upstream);
        // A kept-alive connection would carry the next request without anybody connecting.
        await slot.wires(role).closeConnections(upstream);
      },
      away: (role, upstream) => slot.wires(role).away(upstream),
      restore: (role, upstream) => slot.wires(role).restore(upstream),
    },
    markGuard: (name, event, writer) => {
      const subject = subjectNamed(subjects, name);
      return insertProcessedEvent(slot.database, writer, {
        // The emitter does not know the event's later id; its own is derived from what it emits.
        eventId: `${writer}-${event}-${subject.correlationId}`,
        eventType: event,
        correlationId: subject.correlationId,
        payload: { studentId: subject.studentId, courseId: subject.courseId },
        source: writer,
      });
    },
    when: (condition, then) => parts.watch.when(condition, then),
    fired: (detail) => {
      if (fired) return;
      fired = true;
      parts.fired(detail);
    },
    failed: parts.failed,
  };
};
