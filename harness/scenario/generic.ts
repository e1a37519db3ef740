/** The scenarios that a pipeline gets by its declaration, besides those in files. */
import { fileURLToPath } from 'node:url';
import { pipelineOf } from '../pipeline/queries.ts';
import type { PipelineDeclaration } from '../pipeline/declaration.ts';
import { shippedPipeline } from '../pipeline/shipped.ts';
import { genericScenarios } from './templates.ts';
import type { LoadedScenario } from './load.ts';

/** Where they stand, for who asks for a file. */
const TEMPLATES = fileURLToPath(import.meta.url);

/** Stages of the shipped pipeline have scenarios of their own, which any pipeline with them plays. */
const isShipped = (pipeline: PipelineDeclaration, role: string): boolean => {
  const shipped: Readonly<Record<string, { readonly consumes: string }>> = shippedPipeline.stages;
  return shipped[role]?.consumes !== undefined && shipped[role].consumes === pipeline.stages[role]?.consumes;
};

/** For every stage of the pipeline that is not the shipped one's. A scenario of that name in a file goes in its place. */
export const genericOf = (
  declaration: PipelineDeclaration,
  loaded: readonly LoadedScenario[],
): readonly LoadedScenario[] => {
  const pipeline = pipelineOf(declaration);
  const roles = pipeline.roles.filter((role) => !isShipped(declaration, role));
  const taken = new Set(loaded.map(({ scenario }) => scenario.name));
  return genericScenarios(pipeline, roles)
    .filter(({ name }) => !taken.has(name))
    .map((scenario) => ({ scenario, file: TEMPLATES }));
};
