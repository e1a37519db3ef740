/** Places in which something of a live system is seen, as the configuration and options name them. */
import { z } from 'zod';
import { FaultlineError } from '../base/errors.ts';
import { didYouMean } from '../base/nearest.ts';
import type { PodsInput } from './define.ts';
import type { Pods } from './types.ts';

export const text = z.string().min(1);

const isExpression = (source: string): boolean => {
  try {
    return new RegExp(source) instanceof RegExp;
  } catch {
    return false;
  }
};

export const expression = text.refine(isExpression, 'must be a regular expression');

/** A program would take it for an option of its own. */
export const name = text.regex(/^[^-]/, 'must not begin with a dash');

export const pods = z.strictObject({ selector: name, namespace: name.optional() });

export const podsOf = ({ selector, namespace }: PodsInput): Pods => ({ selector, namespace });

/** Exactly one of these keys is to be given. */
export const requireOneOf = <K extends string>(
  given: Readonly<Partial<Record<K, unknown>>>,
  keys: readonly K[],
  context: z.RefinementCtx,
): void => {
  if (keys.filter((key) => given[key] !== undefined).length !== 1)
    context.addIssue({ code: 'custom', path: [], message: `must say where by one of ${keys.join(', ')}` });
};

/** `app=worker`, or `staging/app=worker` in that namespace. */
const parsePods = (given: string): PodsInput => {
  const [, namespace, selector = given] = /^([a-z0-9-]+)\/(.+)$/.exec(given) ?? [];
  return namespace === undefined ? { selector } : { selector, namespace };
};

/** `docker:NAME`, `kubectl:[NAMESPACE/]LABELS`, or what `otherwise` makes of it. */
export const parsePlaced = <T>(
  given: string,
  otherwise: (given: string) => T,
): T | { readonly container: string } | { readonly kubernetes: PodsInput } => {
  const [, kind, rest = ''] = /^(docker|kubectl):(.+)$/.exec(given) ?? [];
  if (kind === 'docker') return { container: rest };
  return kind === 'kubectl' ? { kubernetes: parsePods(rest) } : otherwise(given);
};

/** Both sides of `name=where`. Errors: FaultlineError 'usage' where it is none, or of an unknown name. */
export const saidOf = (
  option: string,
  given: string,
  { kind, known, hint }: { readonly kind: string; readonly known: readonly string[]; readonly hint: string },
): readonly [string, string] => {
  const [, said = '', where] = /^([^=]+)=(.+)$/s.exec(given) ?? [];
  if (where === undefined) throw new FaultlineError('usage', `${option} ${given}: says not where`, hint);
  if (!known.includes(said))
    throw new FaultlineError(
      'usage',
      `${option} ${given}: there is no ${kind} ${said}${didYouMean(said, known)}`,
      hint,
    );
  return [said, where];
};
