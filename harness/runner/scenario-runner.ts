/**
 * vitest's runner, taught that a scenario file is a test file: for every scenario the main thread knows in it, one
 * task, which asks the main thread to run the trial. The file itself is not imported here: it is data, and the main
 * thread has read and validated it.
 */
import { TestRunner, inject } from 'vitest';
import type { RunnerTestCase } from 'vitest';
import { deskAt } from './channel.ts';
import type { TrialDesk, TrialTask } from './channel.ts';
import { scenarioError } from './scenario-error.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Name of the channel on which the main thread answers. */
    faultlineChannel: string;
  }
}

const addTask = (desk: TrialDesk, trial: TrialTask): void => {
  const task: RunnerTestCase = TestRunner.getCurrentSuite().task(trial.name, {
    // A trial has deadlines of its own, each of which says what it waited for.
    timeout: 0,
    handler: async (context) => {
      const reply = await desk.run(trial.id);
      if (reply.kind === 'skipped') return context.skip(reply.reason);
      Object.assign(context.task.meta, { faultline: reply.meta });
      // JUnit keeps what a test prints as its system-out.
      // oxlint-disable-next-line no-console -- vitest collects it by task
      if (reply.note !== undefined) console.log(reply.note);
      if (reply.excuse !== undefined) return context.skip(reply.excuse);
      if (reply.meta.verdict !== 'passed')
        throw scenarioError(reply.meta.verdict, reply.message, reply.told === true ? undefined : trial);
    },
  });
  task.location = { line: trial.line, column: 1 };
};

// vitest takes a runner by its default export.
export default class ScenarioRunner extends TestRunner {
  override async importFile(filepath: string, source: 'collect' | 'setup'): Promise<unknown> {
    if (source === 'setup') return super.importFile(filepath, source);
    const desk = deskAt(inject('faultlineChannel'));
    for (const trial of await desk.tasksOf(filepath)) addTask(desk, trial);
    return undefined;
  }
}
