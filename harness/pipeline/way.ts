/** The way of a pipeline: which stage follows from which, by what they consume and announce, in whatever order they are declared. */
import type { PipelineDeclaration } from './declaration.ts';

type Stages = PipelineDeclaration['stages'];

/** The roles whose announcements the stage consumes. */
export const precedersOf = (stages: Stages, role: string): readonly string[] => {
  const consumed = stages[role]?.consumes;
  return Object.keys(stages).filter(
    (other) => consumed !== undefined && stages[other]?.announces.includes(consumed) === true,
  );
};

/** Every role that follows from this one, directly or not; with a circle the role itself is one of them. */
export const followersOf = (stages: Stages, role: string): ReadonlySet<string> => {
  const found = new Set<string>();
  const visit = (from: string): void => {
    for (const [other, { consumes }] of Object.entries(stages)) {
      if (found.has(other) || stages[from]?.announces.includes(consumes) !== true) continue;
      found.add(other);
      visit(other);
    }
  };
  visit(role);
  return found;
};

/** The roles in the order of the way: each after all that it follows from, and otherwise as they are declared. */
export const rolesOnTheWay = (stages: Stages): readonly string[] => {
  const ordered: string[] = [];
  const visit = (role: string, from: readonly string[]): void => {
    if (ordered.includes(role) || from.includes(role)) return;
    for (const earlier of precedersOf(stages, role)) visit(earlier, [...from, role]);
    ordered.push(role);
  };
  for (const role of Object.keys(stages)) visit(role, []);
  return ordered;
};
