/** The slot as faults see it. */
import { partsOf, playerOf } from '../config/parts.ts';
import { FaultlineError } from '../base/errors.ts';
import type { WorkerSet } from '../config/types.ts';
import { holdWrites } from '../database/hold-writes.ts';
import { insertProcessedEvent } from '../database/guard-row.ts';
import type { FaultContext } from '../faults/types.ts';
import { strikes } from '../history/named-by-call.ts';
import { pipelineOf } from '../pipeline/queries.ts';
import { serviceMeant } from '../scenario/behaviours.ts';
import type { ResolvedSubject } from '../scenario/subjects.ts';
import { byName } from './actor.ts';
import type { Slot } from '../slot/slot.ts';
import type { TrialLog } from './trial-log.ts';

export const createFaultContext = (parts: {
  readonly slot: Slot;
  readonly subjects: readonly ResolvedSubject[];
  readonly workers: WorkerSet;
  readonly log: Pick<TrialLog, 'events' | 'watch' | 'problem'>;
  readonly keepDeadMembers: boolean;
  readonly fired: (detail: string) => void;
}): FaultContext => {
  const { slot, subjects, workers, log } = parts;
  const named = byName(subjects);
  return {
    workers: {
      stop: (role) => slot.workers.stop(role, { leaveGroup: !parts.keepDeadMembers }),
      start: (role, options) => slot.workers.start(role, options),
      startAgain: async (role) => {
        try {
          // While a dead member keeps its place nobody gets ready.
          await slot.workers.start(role, parts.keepDeadMembers ? { ready: 'none' } : {});
        } catch (error) {
          if (!slot.workers.exitedByItself(role)) throw error;
        }
      },
      terminate: (role) => slot.workers.terminate(role, { leaveGroup: !parts.keepDeadMembers }),
      pause: (role) => slot.workers.pause(role),
      resume: (role) => slot.workers.resume(role),
      apart: (roles) => {
        const names = roles.map((role) => playerOf(workers.workers, role)?.role);
        return roles.filter((_, i) => names.indexOf(names[i]) === i);
      },
      isRunning: (role) => slot.workers.isRunning(role),
      processOf: (role) => slot.workers.processOf(role),
      misconfigured: (role, setting) => {
        const env = playerOf(workers.workers, role)?.misconfigured[setting];
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
        workers.workers
          .flatMap(partsOf)
          .map(({ role }) => role)
          .filter((role) => pipelineOf(workers.pipeline).consumedTopic(role) === topic),
      commitBeginning: (role) => slot.workers.commitBeginning(role),
    },
    api: {
      behave: (name, { service, ...options }, onFired) => {
        const meant = serviceMeant(pipelineOf(workers.pipeline), { service });
        return slot.services.of(meant ?? '').behave(strikes(named(name), subjects), {
          ...options,
          onFired: ({ call }) => onFired(call),
        });
      },
    },
    wires: {
      withhold: (role, upstream) => slot.wires(role).withhold(upstream),
      cut: (role, upstream) => slot.wires(role).closeConnections(upstream),
      attempts: (role, upstream, which = 'all') =>
        log.events.filter(
          (event) =>
            event.kind === (which === 'all' ? 'wire.connected' : 'wire.refused') &&
            event.worker === playerOf(workers.workers, role)?.role &&
            event.upstream === upstream,
        ).length,
      backends: (role) => slot.wires(role).backends(),
      away: (role, upstream) => slot.wires(role).away(upstream),
      restore: (role, upstream) => slot.wires(role).restore(upstream),
    },
    holdWrites: (table) => holdWrites(slot.database, 'somebody', table),
    markGuard: (name, event, writer) => {
      const subject = named(name);
      return insertProcessedEvent(slot.database, writer, {
        // The emitter does not know the event's later id; its own is derived from what it emits.
        eventId: `${writer}-${event}-${subject.correlationId}`,
        eventType: event,
        correlationId: subject.correlationId,
        payload: { studentId: subject.studentId, courseId: subject.courseId },
        source: writer,
      });
    },
    when: (condition, then) => log.watch.when(condition, then, log.problem),
    fired: parts.fired,
    failed: log.problem,
  };
};
