/** `faultline list`: the scenarios there are. */
import { loadConfig } from '../../config/load.ts';
import { findWorkers } from '../../config/worker-sets.ts';
import { coloursFor } from '../../reporters/style.ts';
import { selectScenarios } from '../../scenario/select.ts';
import { loadAll } from '../../run/choose.ts';
import { colourOn } from '../context.ts';
import type { Command } from '../context.ts';
import { writeLines } from '../io.ts';

export interface ListOptions {
  readonly names: readonly string[];
  readonly tags: readonly string[];
  /** As of `run`: another project's bring their scenarios. */
  readonly workers: string | undefined;
  readonly pipeline: string | undefined;
}

export const list: Command<[ListOptions]> = async ({ io }, options) => {
  const config = await loadConfig({ cwd: io.cwd });
  const workers = await findWorkers(config, options, io.cwd);
  const selected = selectScenarios(await loadAll(config, workers), options);
  const colours = coloursFor(colourOn(io));
  const width = Math.max(...selected.map(({ scenario }) => scenario.name.length));
  for (const { scenario } of selected) {
    const tags = scenario.tags.length === 0 ? '' : colours.dim(` [${scenario.tags.join(', ')}]`);
    writeLines(io.stdout, `${colours.bold(scenario.name.padEnd(width))}  ${scenario.title}${tags}`);
  }
  return 0;
};
