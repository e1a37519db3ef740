/** The file format: NDJSON, one event a line, in ascending `seq`. */
import { FaultlineError } from '../base/errors.ts';
import { declarationHash } from './declared.ts';
import type { HistoryEvent } from './events.ts';
import { missing, sealProblem } from './seal.ts';
import type { Seal } from './seal.ts';
import { formatProblem } from '../base/problems.ts';
import { declarationProblems } from '../pipeline/validate.ts';
import { filledIn, withPipeline } from './of-before.ts';

export const formatEvent = (event: HistoryEvent): string => `${JSON.stringify(event)}\n`;

const broken = (file: string, line: number, why: string): FaultlineError =>
  new FaultlineError(
    'history',
    `cannot read the history ${file}: line ${line}: ${why}`,
    'Restore the file from the run that wrote it; `faultline replay <run folder>` runs the scenario again.',
  );

/**
 * Parses a history's text. `seal`: what it was when it was judged; left out, nobody has said. Errors: FaultlineError 'history' with
 * the line's number, or with the events that are missing.
 */
export const parseHistory = (content: string, file = 'history.ndjson', seal?: Seal): HistoryEvent[] => {
  const lines = content.split('\n');
  if (lines.at(-1) === '') lines.pop();
  if (lines.length === 0) throw broken(file, 1, 'the file is empty');
  let before = 0;
  const events = lines.map((line, i) => {
    let event: HistoryEvent;
    try {
      event = JSON.parse(line) as HistoryEvent;
    } catch {
      const cut = seal !== undefined && i === lines.length - 1 && i < seal.events;
      throw broken(file, i + 1, `not JSON: ${line.slice(0, 80)}${cut ? `; ${missing(i + 1, seal.events)}` : ''}`);
    }
    if (typeof event !== 'object' || event === null || typeof event.kind !== 'string' || typeof event.seq !== 'number')
      throw broken(file, i + 1, 'an event needs kind and seq');
    if (i === 0 && event.kind !== 'trial.started') throw broken(file, 1, 'a history begins with trial.started');
    if (event.seq <= before) throw broken(file, i + 1, `seq ${event.seq} does not follow ${before}`);
    if (event.seq !== before + 1) throw broken(file, i + 1, missing(before + 1, event.seq - 1));
    before = event.seq;
    return event;
  });
  const problem = seal === undefined ? undefined : sealProblem(lines, seal);
  if (problem !== undefined) throw broken(file, lines.length, problem);
  const [started] = events;
  if (
    started?.kind === 'trial.started' &&
    started.declared !== undefined &&
    started.declared !== declarationHash(started.pipeline)
  )
    throw broken(file, 1, 'its pipeline was changed since it was declared');
  const declared: unknown = started?.kind === 'trial.started' ? withPipeline(started).pipeline : undefined;
  const [wrong] = declarationProblems(declared);
  if (wrong !== undefined) throw broken(file, 1, `its pipeline: ${formatProblem(wrong, declared)}`);
  return filledIn(events);
};
