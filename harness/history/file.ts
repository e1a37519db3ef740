/** The file format: NDJSON, one event a line, in ascending `seq`. */
import { FaultlineError } from '../base/errors.ts';
import { createCompacting } from './compact.ts';
import { declarationHash } from './declared.ts';
import type { HistoryEvent } from './events.ts';
import { createSealer, missing, sealProblem } from './seal.ts';
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

const parsed = (line: string): HistoryEvent | undefined => {
  try {
    return JSON.parse(line) as HistoryEvent;
  } catch {
    return undefined;
  }
};

/** The pipeline that it begins with is one, and the one that was declared. */
const requirePipeline = (started: HistoryEvent | undefined, file: string): void => {
  if (
    started?.kind === 'trial.started' &&
    started.declared !== undefined &&
    started.declared !== declarationHash(started.pipeline)
  )
    throw broken(file, 1, 'its pipeline was changed since it was declared');
  const declared: unknown = started?.kind === 'trial.started' ? withPipeline(started).pipeline : undefined;
  const [wrong] = declarationProblems(declared);
  if (wrong !== undefined) throw broken(file, 1, `its pipeline: ${formatProblem(wrong, declared)}`);
};

/** Its events as they stand there, one after the other; none is kept but the first. Errors: as of `parseHistoryLines`. */
function* eventsIn(lines: Iterable<string>, file: string, seal: Seal | undefined): Generator<HistoryEvent, void> {
  let started: HistoryEvent | undefined;
  let before = 0;
  let last = 0;
  const sealer = seal === undefined ? undefined : createSealer();
  const rest = lines[Symbol.iterator]();
  try {
    for (let next = rest.next(); next.done !== true; next = rest.next()) {
      const line = next.value;
      const event = parsed(line);
      if (event === undefined) {
        const cut = seal !== undefined && before < seal.events && rest.next().done === true;
        throw broken(
          file,
          before + 1,
          `not JSON: ${line.slice(0, 80)}${cut ? `; ${missing(before + 1, seal.events)}` : ''}`,
        );
      }
      if (
        typeof event !== 'object' ||
        event === null ||
        typeof event.kind !== 'string' ||
        typeof event.seq !== 'number'
      )
        throw broken(file, before + 1, 'an event needs kind and seq');
      if (before === 0 && event.kind !== 'trial.started') throw broken(file, 1, 'a history begins with trial.started');
      if (event.seq <= last) throw broken(file, before + 1, `seq ${event.seq} does not follow ${last}`);
      if (event.seq !== last + 1) throw broken(file, before + 1, missing(last + 1, event.seq - 1));
      started ??= event;
      before += 1;
      last = event.seq;
      sealer?.add(`${line}\n`);
      yield event;
    }
  } finally {
    // What is not read to its end is closed.
    rest.return?.();
  }
  if (before === 0) throw broken(file, 1, 'the file is empty');
  const problem = seal === undefined || sealer === undefined ? undefined : sealProblem(sealer.seal(), seal);
  if (problem !== undefined) throw broken(file, before, problem);
  requirePipeline(started, file);
}

/**
 * Parses a history line by line. `seal`: what it was when it was judged; left out, nobody has said. Errors: FaultlineError 'history'
 * with the line's number, or with the events that are missing.
 */
export const parseHistoryLines = (lines: Iterable<string>, file = 'history.ndjson', seal?: Seal): HistoryEvent[] => {
  const events: HistoryEvent[] = [];
  const compact = createCompacting();
  for (const event of eventsIn(lines, file, seal)) {
    compact(event);
    events.push(event);
  }
  return filledIn(events);
};

/** That the lines are a history; its events are not kept. Errors: as of `parseHistoryLines`. */
export const requireHistory = (lines: Iterable<string>, file: string, seal?: Seal): void => {
  const events = eventsIn(lines, file, seal);
  for (let next = events.next(); next.done !== true;) next = events.next();
};
