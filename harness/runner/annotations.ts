/**
 * vitest's GitHub reporter drops an error unless Vite has processed the file its frame points to. Scenario files are
 * not imported through Vite, so the file of a trial that did not pass is made known to Vite for that alone: as an
 * empty module, so that nothing is compiled and no source map moves the frame.
 */
import type { Plugin, ViteDevServer } from 'vite';
import type { TrialDesk } from './channel.ts';

const MARKER = '?faultline-annotation';

/** The Vite plugin that `withAnnotations` relies on. */
export const annotationsPlugin = (): Plugin => ({
  name: 'faultline-annotations',
  enforce: 'pre',
  load: (id) => (id.endsWith(MARKER) ? { code: 'export {};', map: null } : null),
});

/** The same desk; before a verdict that is not `passed` is answered, its scenario's file is known to Vite. */
export const withAnnotations = (desk: TrialDesk, vite: ViteDevServer): TrialDesk => {
  const files = new Map<number, string>();
  return {
    tasksOf: async (file) => {
      const tasks = await desk.tasksOf(file);
      for (const task of tasks) files.set(task.id, task.file);
      return tasks;
    },
    run: async (id) => {
      const reply = await desk.run(id);
      const file = files.get(id);
      if (reply.kind === 'judged' && reply.meta.verdict !== 'passed' && file !== undefined)
        // A file Vite cannot take in loses its annotation, never its verdict.
        await vite.environments.ssr.transformRequest(file + MARKER).catch(() => null);
      return reply;
    },
  };
};
