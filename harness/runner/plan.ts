/** The trials of one run, decided before anything starts. Pure. */
import type { Scenario } from '../scenario/types.ts';
import { trialSeed } from './seeds.ts';

/** A scenario and the file that exports it. */
export interface ScenarioSource {
  readonly scenario: Scenario;
  /** Absolute path. */
  readonly file: string;
}

export interface PlannedTrial {
  /** Position in the plan, from 0. */
  readonly id: number;
  readonly scenario: Scenario;
  readonly file: string;
  readonly seed: number;
  /** From 0. */
  readonly repeat: number;
  /** The scenario's name, with the repeat where there are several. */
  readonly label: string;
}

/** Every scenario `repeat` times, one scenario after the other, in the order given. */
export const planTrials = (
  sources: readonly ScenarioSource[],
  options: { readonly seed: number; readonly repeat: number },
): readonly PlannedTrial[] =>
  sources
    .flatMap(({ scenario, file }) =>
      Array.from({ length: options.repeat }, (_, repeat) => ({
        scenario,
        file,
        repeat,
        seed: trialSeed(options.seed, repeat),
        label: options.repeat === 1 ? scenario.name : `${scenario.name} (${repeat + 1} of ${options.repeat})`,
      })),
    )
    .map((trial, id) => ({ id, ...trial }));
