/** How reporters that write text are made, for a run and for what was stored of one. */
import type { TextOptions } from '../reporters/list.ts';
import { colourOn, widthOf } from './context.ts';
import type { Io } from './io.ts';

/** What the terminal and the CI service say, beside what the command says. */
export const textOptionsOf = (io: Io, given: Pick<TextOptions, 'write' | 'premises' | 'verbose'>): TextOptions => ({
  ...given,
  colour: colourOn(io),
  width: widthOf(io),
  root: io.env['GITHUB_WORKSPACE'] ?? io.cwd,
  inActions: io.env['GITHUB_ACTIONS'] === 'true',
});
