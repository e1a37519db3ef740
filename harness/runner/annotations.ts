/**
 * vitest's GitHub reporter drops an error unless Vite has processed the file its frame points to. Scenario files are
 * not imported through Vite, so the file of a trial that did not pass is handed to Vite for that alone.
 */
import type { ViteDevServer } from 'vite';
import type { TrialDesk } from './channel.ts';

/** The same desk; before a verdict that is not `passed` is answered, its scenario's file is known to Vite. */
export const withAnnotations = (desk: TrialDesk, vite: ViteDevServer): TrialDesk => {
  const files = new Map<number, string>();
  return {
    tasksOf: async (file) => {
      const tasks = await desk.tasksOf(file);
      for (const task of tasks) files.set(task.id, file);
      return tasks;
    },
    run: async (id) => {
      const reply = await desk.run(id);
      const file = files.get(id);
      if (reply.kind === 'judged' && reply.meta.verdict !== 'passed' && file !== undefined)
        // A file Vite cannot read loses its annotation, never its verdict.
        await vite.environments.ssr.transformRequest(file).catch(() => null);
      return reply;
    },
  };
};
