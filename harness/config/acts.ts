/** What does each act that a pipeline declares: its own module, or the shipped pipeline's act of that name. */
import type { Problem } from '../base/problems.ts';
import type { Apart } from '../pipeline/code.ts';
import type { ActDeclaration, PipelineDeclaration } from '../pipeline/declaration.ts';
import { shippedPipeline } from '../pipeline/shipped.ts';
import { PERFORM } from '../pipeline/validate.ts';

/** What does acts, by name. */
export interface Performers {
  readonly own: Apart['acts'];
  /** Of the shipped pipeline's module. */
  readonly shipped: Apart['acts'];
}

const ofName = <T>(all: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(all, name) ? all[name] : undefined;

/** What does each act that is declared: its own, or else what does the shipped pipeline's of that name. */
export const performersOf = ({ acts = {} }: PipelineDeclaration, { own, shipped }: Performers): Apart['acts'] =>
  Object.fromEntries(
    Object.keys(acts).flatMap((name) => {
      const perform = own[name] ?? ofName(shipped, name);
      return perform === undefined ? [] : [[name, perform] as const];
    }),
  );

/** What is done as there takes and tells what it does there, where the declaration says nothing of it. */
const asDone = (name: string, act: ActDeclaration): ActDeclaration => {
  const { takes, tells } = ofName<ActDeclaration>(shippedPipeline.acts, name) ?? {};
  return takes === undefined ? act : { ...act, takes, ...(tells === undefined ? {} : { tells }) };
};

/** The declaration, in which every act that the shipped pipeline's module does says what a step may say. The same value where each does. */
export const actsAsDone = (declaration: PipelineDeclaration, { own, shipped }: Performers): PipelineDeclaration => {
  const { acts = {} } = declaration;
  const isSilent = (name: string, { takes }: ActDeclaration): boolean =>
    takes === undefined && !Object.hasOwn(own, name) && Object.hasOwn(shipped, name);
  if (!Object.entries(acts).some(([name, act]) => isSilent(name, act))) return declaration;
  const said = Object.entries(acts).map(([name, act]) => [name, isSilent(name, act) ? asDone(name, act) : act]);
  return { ...declaration, acts: Object.fromEntries(said) as PipelineDeclaration['acts'] & object };
};

/** An act that nothing does: a scenario could not have it. */
export const actProblems = ({ acts = {} }: PipelineDeclaration, does: Apart['acts']): readonly Problem[] =>
  Object.keys(acts).flatMap((name) =>
    Object.hasOwn(does, name) ? [] : [{ path: ['pipeline', 'acts', name, 'perform'], message: PERFORM }],
  );
