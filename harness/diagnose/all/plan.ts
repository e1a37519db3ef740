/** What is looked for where many payments are looked through: what of a pipeline follows from what. Pure. */
import type { EntityDeclaration } from '../../pipeline/declaration.ts';
import type { Effecting, Pipeline } from '../../pipeline/queries.ts';

/** Rows of a stage, and what is owed to them. */
export interface Step {
  readonly name: string;
  readonly entity: EntityDeclaration;
  /** Names of what the next stages bring about for it. */
  readonly next: readonly string[];
  /** Events that tell of it and that no stage works on: nothing else shows that they came. */
  readonly told: readonly string[];
}

export interface Plan {
  /** The last of the way first: what is owed is known before who is owed it. */
  readonly steps: readonly Step[];
  /** By event that a stage works on, the names of what it brings about. */
  readonly effectsOf: ReadonlyMap<string, readonly string[]>;
  /** Names of what is not looked through: its rows have no columns for the student and the course. */
  readonly leftOut: readonly string[];
}

const hasPair = ({ entity }: Effecting): boolean => entity.via === undefined;

export const planOf = (pipeline: Pipeline): Plan => {
  const own = pipeline.effecting.filter(hasPair);
  const steps = own.map(({ name, entity, stage: { announces } }): Step => ({
    name,
    entity,
    next: own.filter(({ stage }) => announces.includes(stage.consumes)).map((each) => each.name),
    told: announces.filter((type) => pipeline.consumersOf(type).length === 0),
  }));
  const effectsOf = new Map<string, readonly string[]>();
  for (const { name, stage } of own) effectsOf.set(stage.consumes, [...(effectsOf.get(stage.consumes) ?? []), name]);
  return {
    steps: steps.toReversed(),
    effectsOf,
    leftOut: pipeline.effecting.filter((each) => !hasPair(each)).map(({ name }) => name),
  };
};
