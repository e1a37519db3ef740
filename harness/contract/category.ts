/** Which of a part's rules apply to a place: those of the path expression that fits it best, as Pact's engine weighs it. */
import type { Step, Token } from './path.ts';
import type { RuleList } from './rules.ts';

interface Node {
  readonly steps: Map<string, Node>;
  any?: Node;
  anyIndex?: Node;
  /** The rules of the expression that ends here. */
  list?: RuleList;
}

/** The rules of one part of an interaction (body, header, metadata, path), by the expressions they stand under. */
export interface RuleCategory {
  readonly root: Node;
}

const emptyNode = (): Node => ({ steps: new Map() });

export const NO_RULES: RuleCategory = { root: emptyNode() };

const childOf = (node: Node, token: Token): Node => {
  if (token.kind === 'any') return (node.any ??= emptyNode());
  if (token.kind === 'any-index') return (node.anyIndex ??= emptyNode());
  let child = node.steps.get(token.step);
  if (child === undefined) node.steps.set(token.step, (child = emptyNode()));
  return child;
};

export const categoryOf = (
  entries: readonly { readonly tokens: readonly Token[]; readonly list: RuleList }[],
): RuleCategory => {
  const root = emptyNode();
  for (const { tokens, list } of entries) tokens.reduce(childOf, root).list = list;
  return { root };
};

interface Candidate {
  readonly node: Node;
  readonly weight: number;
}

interface Best {
  readonly list: RuleList;
  readonly depth: number;
  readonly weight: number;
}

/** A place in a body, found step by step, with the rules that apply to it. */
export interface Place {
  readonly above: Place | undefined;
  readonly step: Step;
  readonly depth: number;
  /** Expressions that fit so far. */
  readonly candidates: readonly Candidate[];
  readonly best: Best | undefined;
}

const ROOT_WEIGHT = 2;

/** A longer expression weighs more; of two that weigh the same the deeper one counts. */
const better = (best: Best | undefined, { node, weight }: Candidate, depth: number): Best | undefined => {
  if (node.list === undefined) return best;
  const whole = weight * (depth + 1);
  return best !== undefined && best.weight > whole ? best : { list: node.list, depth, weight: whole };
};

/** The document itself. */
export const rootOf = ({ root }: RuleCategory): Place => {
  const candidate = { node: root, weight: ROOT_WEIGHT };
  return { above: undefined, step: '', depth: 0, candidates: [candidate], best: better(undefined, candidate, 0) };
};

/** A part of the place: an exact step weighs twice a wildcard. What no expression names has the rules of what is above it. */
export const below = (above: Place, step: Step): Place => {
  const depth = above.depth + 1;
  const candidates: Candidate[] = [];
  let { best } = above;
  const add = (node: Node | undefined, weight: number): void => {
    if (node === undefined) return;
    const candidate = { node, weight };
    candidates.push(candidate);
    best = better(best, candidate, depth);
  };
  for (const { node, weight } of above.candidates) {
    add(node.any, weight);
    if (/^\d+$/.test(String(step))) add(node.anyIndex, weight);
    add(node.steps.get(String(step)), weight * 2);
  }
  return { above, step, depth, candidates, best };
};

/** The steps from the document to the place. */
export const stepsTo = (place: Place): readonly Step[] =>
  place.above === undefined ? [] : [...stepsTo(place.above), place.step];

/** The same place under other rules: those given apply to everything directly below it. */
export const withRulesBelow = (place: Place, list: RuleList): Place => {
  const inner = emptyNode();
  inner.any = { ...emptyNode(), list };
  return { ...place, candidates: [{ node: inner, weight: 2 ** place.depth * ROOT_WEIGHT }], best: undefined };
};

export interface BestRules {
  readonly list: RuleList;
  /** The expression names a place above: the rules come down from there. */
  readonly cascaded: boolean;
}

/** The rules that apply to a place. */
export const rulesAt = ({ best, depth }: Place): BestRules | undefined =>
  best === undefined ? undefined : { list: best.list, cascaded: best.depth !== depth };

/** The rules of a named value: a header, an entry of the metadata. */
export const rulesOfName = (category: RuleCategory, name: string): BestRules | undefined =>
  rulesAt(below(rootOf(category), name));
