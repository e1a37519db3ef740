/** Whether a value is a scenario: its shape, its references, and that it is plain data. */
import { didYouMean } from '../base/nearest.ts';
import { problemsOf } from '../base/problems.ts';
import type { Path, Problem } from '../base/problems.ts';
import { sameId } from '../history/ids.ts';
import type { Pipeline } from '../pipeline/queries.ts';
import { actProblems } from './acts.ts';
import { scenarioSchemaOf } from './schema.ts';
import type { Scenario } from './types.ts';

/** The parts of a value that JSON would lose or change. */
const unserialisable = (value: unknown, path: Path, above: readonly unknown[]): Problem[] => {
  const not = (message: string): Problem[] => [{ path, message: `${message}; a scenario is plain JSON data` }];
  if (value === undefined) return not('undefined is not allowed: leave the key out');
  if (typeof value === 'number' && !Number.isFinite(value)) return not('must be a finite number');
  if (typeof value === 'function' || typeof value === 'bigint' || typeof value === 'symbol')
    return not(`a ${typeof value} is not allowed`);
  if (typeof value !== 'object' || value === null) return [];
  if (above.includes(value)) return not('contains itself');
  const prototype: unknown = Object.getPrototypeOf(value);
  // A module of another realm (jiti, vitest) has its own Object.prototype: plain is what has nothing above that.
  const plain = Array.isArray(value) || prototype === null || Object.getPrototypeOf(prototype) === null;
  if (!plain) return not(`an instance of ${value.constructor.name} is not allowed`);
  return Object.entries(value).flatMap(([key, inner]) =>
    unserialisable(inner, [...path, Array.isArray(value) ? Number(key) : key], [...above, value]),
  );
};

/** Keys that name a subject, wherever in faults, steps and conditions they stand. */
const subjectNames = (value: unknown, path: Path): { readonly name: string; readonly path: Path }[] => {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) => {
    const here = [...path, Array.isArray(value) ? Number(key) : key];
    if (key === 'subject' && typeof inner === 'string') return [{ name: inner, path: here }];
    if (key === 'subjects' && Array.isArray(inner))
      return inner.map((name, i) => ({ name: String(name), path: [...here, i] }));
    return subjectNames(inner, here);
  });
};

const referenceProblems = (scenario: Scenario): Problem[] => {
  const { given, ...rest } = scenario;
  const known = Object.keys(given.subjects);
  const unknown = subjectNames(rest, [])
    .filter(({ name }) => !known.includes(name))
    .map(({ name, path }) => ({
      path,
      message: `no such subject under given.subjects; allowed: ${known.join(', ')}${didYouMean(name, known)}`,
    }));
  const payments = known.map((name) => given.subjects[name]?.ids?.paymentId);
  const repeated = known
    .filter((_, i) => payments[i] !== undefined && payments.findIndex((other) => sameId(other, payments[i])) !== i)
    .map((name) => ({
      path: ['given', 'subjects', name, 'ids', 'paymentId'],
      message: 'another subject has this payment; each needs its own',
    }));
  const others = known.flatMap((name, i): Problem[] => {
    const other = given.subjects[name]?.sameStudentAs;
    const before = known.slice(0, i);
    if (other === undefined || before.includes(other)) return [];
    const message = `must name a subject before it${before.length === 0 ? ': there is none' : `: ${before.join(', ')}`}`;
    return [{ path: ['given', 'subjects', name, 'sameStudentAs'], message }];
  });
  return [...unknown, ...repeated, ...others];
};

/**
 * Everything that is wrong with a scenario of this pipeline; empty when it can be run. Without a pipeline: what is wrong
 * whichever it is of.
 */
export const scenarioProblems = (value: unknown, pipeline: Pipeline | undefined): readonly Problem[] => {
  const data = unserialisable(value, [], []);
  if (data.length > 0) return data;
  const shape = problemsOf(scenarioSchemaOf(pipeline), value);
  if (shape.length > 0) return shape;
  const scenario = value as Scenario;
  return [...referenceProblems(scenario), ...(pipeline === undefined ? [] : actProblems(scenario, pipeline))];
};
