/** What a session gives to `npx vitest run`: files by their real paths, and trials that are left out as skipped tests. */
import { realpathSync } from 'node:fs';
import type { WorkerSet } from '../config/types.ts';
import type { ClusterFacts } from '../environment/external/kafka-cluster.ts';
import { notApplicable } from '../runner/applicability.ts';
import type { TrialDesk, TrialReply } from '../runner/channel.ts';
import type { PlannedTrial, ScenarioSource } from '../runner/plan.ts';
import type { Session } from '../runner/session.ts';

/** vitest and the loader may know a file by different links. */
export const withRealFiles = (sources: readonly ScenarioSource[]): readonly ScenarioSource[] =>
  sources.map(({ scenario, file }) => ({ scenario, file: realpathSync(file) }));

/** Trials that are left out here are skipped with the reason, so that vitest shows them. */
export const reasonToSkip = (
  trial: PlannedTrial,
  workers: WorkerSet,
  tags: readonly string[],
  cluster: ClusterFacts | undefined,
): string | undefined => {
  const reason = notApplicable(trial.scenario, workers, cluster);
  if (reason !== undefined) return `not applicable: ${reason}`;
  const wanted = tags.length === 0 || tags.some((tag) => trial.scenario.tags.includes(tag));
  return wanted ? undefined : `does not have the tag ${tags.join(' or ')}`;
};

/** The session's desk as vitest's files see it: known by real path, and an error fails a task instead of skipping it. */
export const deskOf = (
  session: Session,
  plan: readonly PlannedTrial[],
  skip: (trial: PlannedTrial) => string | undefined,
): TrialDesk => {
  const told = new Set<string>();
  /** One defect that many scenarios show has one annotation. */
  const onceTold = (reply: TrialReply): TrialReply => {
    if (reply.kind === 'skipped' || reply.excuse !== undefined) return reply;
    const { findings } = reply.meta;
    const isTold = findings.length > 0 && findings.every((id) => told.has(id));
    for (const id of findings) told.add(id);
    return isTold ? { ...reply, told: true } : reply;
  };
  return {
    tasksOf: async (file) => {
      const tasks = await session.desk.tasksOf(realpathSync(file));
      if (tasks.length === 0)
        throw new Error(`${file} is no scenario file: its directory is not among \`scenarios\` in faultline.config.ts`);
      return tasks;
    },
    run: async (id) => {
      const trial = plan[id];
      const reason = trial === undefined ? undefined : skip(trial);
      if (reason !== undefined) return { kind: 'skipped', reason };
      const reply = await session.desk.run(id);
      // A skip is green; a run that could not go on is not.
      if (session.fatal !== undefined) throw session.fatal.error;
      return onceTold(reply);
    },
  };
};
