/** What a task throws for a trial that did not pass: vitest's reporters read name, message and the one frame. */

/** Error names as they appear in JUnit (`type`) and vitest's JSON. */
export const ERROR_NAMES = { failed: 'ScenarioFailed', unknown: 'ScenarioUnknown' } as const;

export interface ScenarioPlace {
  readonly name: string;
  readonly file: string;
  readonly line: number;
}

/**
 * An error whose stack is one frame at the scenario: a stack of ours would tell the reader nothing, and without a
 * frame the GitHub reporter drops the annotation: so it does for a trial that is to have none (no `place`).
 */
export const scenarioError = (
  verdict: 'failed' | 'unknown',
  message: string,
  place: ScenarioPlace | undefined,
): Error => {
  const error = new Error(message);
  error.name = ERROR_NAMES[verdict];
  const frame = place === undefined ? '' : `\n    at ${place.name} (${place.file}:${place.line}:1)`;
  error.stack = `${error.name}: ${message}${frame}`;
  return error;
};
