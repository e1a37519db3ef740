/** The file format: NDJSON, one event a line, in ascending `seq`. */
import { FaultlineError } from '../base/errors.ts';
import type { HistoryEvent } from './events.ts';
import { filledIn } from './of-before.ts';

export const formatEvent = (event: HistoryEvent): string => `${JSON.stringify(event)}\n`;

const broken = (file: string, line: number, why: string): FaultlineError =>
  new FaultlineError(
    'history',
    `cannot read the history ${file}: line ${line}: ${why}`,
    'Restore the file from the run that wrote it; `faultline replay <run folder>` runs the scenario again.',
  );

/** Parses a history's text. Errors: FaultlineError 'history' with the line's number. */
export const parseHistory = (content: string, file = 'history.ndjson'): HistoryEvent[] => {
  const lines = content.split('\n');
  if (lines.at(-1) === '') lines.pop();
  if (lines.length === 0) throw broken(file, 1, 'the file is empty');
  let before = 0;
  const events = lines.map((line, i) => {
    let event: HistoryEvent;
    try {
      event = JSON.parse(line) as HistoryEvent;
    } catch {
      throw broken(file, i + 1, `not JSON: ${line.slice(0, 80)}`);
    }
    if (typeof event !== 'object' || event === null || typeof event.kind !== 'string' || typeof event.seq !== 'number')
      throw broken(file, i + 1, 'an event needs kind and seq');
    if (i === 0 && event.kind !== 'trial.started') throw broken(file, 1, 'a history begins with trial.started');
    if (event.seq <= before) throw broken(file, i + 1, `seq ${event.seq} does not follow ${before}`);
    before = event.seq;
    return event;
  });
  return filledIn(events);
};
