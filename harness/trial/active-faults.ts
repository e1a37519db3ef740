/** A scenario's faults in force: armed before they are injected, and always healed, in reverse order. */
import { withDeadline } from '../base/waiting.ts';
import { redact } from '../base/redact.ts';
import { faultOf } from '../faults/catalogue.ts';
import type { ActiveFault, FaultContext } from '../faults/types.ts';
import type { Pipeline } from '../pipeline/queries.ts';
import type { WorkerRole } from '../pipeline/vocabulary.ts';
import type { FaultSpec } from '../scenario/types.ts';
import { PHASE_DEADLINE_MS } from './deadlines.ts';
import type { TrialLog } from './trial-log.ts';

export interface ActiveFaults {
  /** Injects all of them, in the scenario's order. */
  inject(): Promise<void>;
  /** For those that begin only once the scenario has acted. */
  afterAct(): Promise<void>;
  /** Undoes what is in force. One that cannot be undone is the harness's problem and keeps none of the others. */
  heal(): Promise<void>;
}

interface InForce {
  readonly kind: string;
  readonly fault: ActiveFault;
  readonly healed: () => void;
}

export const createActiveFaults = (parts: {
  readonly specs: readonly FaultSpec[];
  readonly pipeline: Pipeline;
  readonly log: Pick<TrialLog, 'record' | 'problem'>;
  /** The names of the trial's workers that play this part. */
  readonly namesOf: (role: WorkerRole) => readonly string[];
  readonly contextOf: (fired: (detail: string) => void) => FaultContext;
}): ActiveFaults => {
  const { log } = parts;
  let inForce: readonly InForce[] = [];

  const injectOne = async (spec: FaultSpec, id: number): Promise<void> => {
    const fault = faultOf(spec);
    const { workers, ...facts } = fault.about(spec, parts.pipeline);
    const about = {
      source: 'fault',
      fault: id,
      faultKind: spec.kind,
      target: fault.target(spec, parts.pipeline),
      ...(workers === undefined ? {} : { workers: [...new Set(workers.flatMap(parts.namesOf))] }),
      ...facts,
    } as const;
    const heal = fault.healing(spec, parts.pipeline);
    log.record({ kind: 'fault.armed', ...about, heal });
    let hasFired = false;
    const context = parts.contextOf((detail) => {
      if (hasFired) return;
      hasFired = true;
      log.record({ kind: 'fault.fired', ...about, detail: redact(detail) });
    });
    const active = await withDeadline(
      fault.inject(spec, context),
      PHASE_DEADLINE_MS,
      `injecting ${spec.kind}`,
      'fault',
    );
    const healed = (): void => void log.record({ kind: 'fault.healed', ...about, detail: heal });
    inForce = [{ kind: spec.kind, fault: active, healed }, ...inForce];
  };

  return {
    inject: async () => {
      for (const [index, spec] of parts.specs.entries()) await injectOne(spec, index + 1);
    },
    afterAct: async () => {
      for (const { kind, fault } of [...inForce].reverse())
        if (fault.afterAct !== undefined)
          await withDeadline(fault.afterAct(), PHASE_DEADLINE_MS, `injecting ${kind} after the act`, 'fault');
    },
    heal: async () => {
      const healing = inForce;
      inForce = [];
      for (const { kind, fault, healed } of healing) {
        try {
          await withDeadline(fault.heal(), PHASE_DEADLINE_MS, `healing ${kind}`, 'fault');
          healed();
        } catch (error) {
          log.problem(error);
        }
      }
    },
  };
};
