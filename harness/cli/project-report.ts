/** What of a team's own `faultline doctor` looks at: the configuration, and whether what it names could be started. */
import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/types.ts';
import { checkSchemaCommand } from '../database/schema.ts';
import { itemOf } from '../environment/doctor.ts';
import type { DoctorItem } from '../environment/doctor-item.ts';
import { checkCommands } from '../workers/command.ts';
import { loadAll } from '../run/choose.ts';
import type { Io } from './io.ts';
import { schemaFiles } from '../config/schema-files.ts';

export interface ProjectReport {
  /** Undefined when it cannot be used; the items say why. */
  readonly config: Config | undefined;
  /** Of the section that the items stand under. */
  readonly title: string;
  readonly items: readonly DoctorItem[];
}

const itemsOf = (config: Config, env: Io['env']): Promise<readonly DoctorItem[]> => {
  const { schema } = config.database;
  return Promise.all([
    ...Object.values(config.workerSets).map(({ name, workers }) =>
      itemOf(`workers ${name}${name === config.defaultWorkers ? ' (default)' : ''}`, () => {
        checkCommands(workers, env);
        return workers.map(({ role, also = [] }) => [role, ...also.map((part) => part.role)].join(' and ')).join(', ');
      }),
    ),
    itemOf('schema', () => {
      checkSchemaCommand(schema, env);
      return 'file' in schema ? schemaFiles(schema).join(', ') : schema.command.join(' ');
    }),
    itemOf('scenarios', async () => {
      const files = await loadAll(config);
      return `${files.length}, ${config.scenarios.length === 0 ? 'all of them Faultline\u2019s' : `also from ${config.scenarios.join(', ')}`}`;
    }),
  ]);
};

/** The configuration in the folder, as `faultline run` would take it. */
export const lookAtProject = async (io: Io): Promise<ProjectReport> => {
  try {
    const config = await loadConfig({ cwd: io.cwd });
    const title =
      config.file === null ? 'No faultline.config.ts here: what there is without one' : `Project, by ${config.file}`;
    return { config, title, items: await itemsOf(config, io.env) };
  } catch (error) {
    return {
      config: undefined,
      title: 'Project',
      items: [await itemOf('configuration', () => Promise.reject(error as Error))],
    };
  }
};
