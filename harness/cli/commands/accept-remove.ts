/** `faultline accept --remove`: nobody answers for these findings any more, so that they make a run red again. */
import { FaultlineError } from '../../base/errors.ts';
import { didYouMean } from '../../base/nearest.ts';
import { replaceProjectFile } from '../../base/replace-file.ts';
import { isKnownIn, remove } from '../../verdict/accept.ts';
import { formatKnown } from '../../verdict/known-schema.ts';
import type { Command } from '../context.ts';
import { writeLines } from '../io.ts';
import { knownFile, readKnown } from '../../run/premises.ts';
import { loadOwnConfig } from '../own-config.ts';

export interface RemoveOptions {
  /** Ids. */
  readonly findings: readonly string[];
  /** Names; empty, or with `*`: wherever they are known. */
  readonly scenarios: readonly string[];
  readonly known: string | undefined;
}

const usage = (message: string, hint: string): FaultlineError => new FaultlineError('usage', message, hint);

/** Errors: FaultlineError 'usage' when nobody answers for one of them there. */
export const removeKnown: Command<[RemoveOptions]> = async ({ io }, { findings, scenarios, known: named }) => {
  const file = knownFile(await loadOwnConfig(io.cwd), io.cwd, named);
  const known = readKnown(file);
  const ids = [...new Set(known.map(({ finding }) => finding))];
  if (findings.length === 0) throw usage('no finding was named', `Known in ${file}: ${ids.join(', ') || 'nothing'}`);
  for (const id of findings) {
    if (!ids.includes(id))
      throw usage(`${file} has no finding ${id}${didYouMean(id, ids)}`, `It has: ${ids.join(', ') || 'nothing'}`);
    const not = scenarios.find((name) => name !== '*' && !isKnownIn(known, id, name));
    if (not !== undefined)
      throw usage(
        `${id} is not known in ${not} by itself`,
        `It is known in: ${known.flatMap((entry) => (entry.finding === id ? entry.scenarios : [])).join(', ')}. Left out, --scenarios means all of them.`,
      );
  }
  replaceProjectFile(file, formatKnown(remove(known, findings, scenarios)));
  const where = scenarios.length === 0 || scenarios.includes('*') ? '' : ` in ${scenarios.join(', ')}`;
  writeLines(io.stdout, ...findings.map((id) => `not known any more: ${id}${where}`), `written to ${file}`);
  return 0;
};
