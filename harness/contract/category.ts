/** Which of a part's rules apply to a place: those of the path expression that fits it best, as Pact's engine weighs it. */
import type { Step, Token } from './path.ts';
import type { RuleList } from './rule.ts';

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

export interface BestRules {
  readonly list: RuleList;
  /** The expression names a place above: the rules come down from there. */
  readonly cascaded: boolean;
}

/** A place in a body, found step by step, with the rules that apply to it. */
export interface Place {
  readonly above: Place | undefined;
  readonly step: Step;
  readonly depth: number;
  /** Expressions that fit so far. */
  readonly candidates: readonly Candidate[];
  readonly best: Best | undefined;
  /** The rules that apply to it. */
  readonly rules: BestRules | undefined;
  /** Parts of it that were asked for. */
  readonly parts: Map<Step, Place>;
}

/** So many parts of a place are kept: contracts name few, while traffic may have any number of names. */
const MOST_PARTS = 200;

const ROOT_WEIGHT = 2;

/** A longer expression weighs more; of two that weigh the same the deeper one counts. */
const better = (best: Best | undefined, { node, weight }: Candidate, depth: number): Best | undefined => {
  if (node.list === undefined) return best;
  const whole = weight * (depth + 1);
  return best !== undefined && best.weight > whole ? best : { list: node.list, depth, weight: whole };
};

const placeWith = (parts: Pick<Place, 'above' | 'step' | 'depth' | 'candidates' | 'best'>): Place => {
  const { best, depth } = parts;
  const rules = best === undefined ? undefined : { list: best.list, cascaded: best.depth !== depth };
  return { ...parts, rules, parts: new Map() };
};

const roots = new WeakMap<Node, Place>();

/** The document itself; the same place for the same rules. */
export const rootOf = ({ root }: RuleCategory): Place => {
  let known = roots.get(root);
  if (known === undefined) {
    const candidate = { node: root, weight: ROOT_WEIGHT };
    const best = better(undefined, candidate, 0);
    roots.set(root, (known = placeWith({ above: undefined, step: '', depth: 0, candidates: [candidate], best })));
  }
  return known;
};

const foundBelow = (above: Place, step: Step): Place => {
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
  return placeWith({ above, step, depth, candidates, best });
};

/** A part of the place: an exact step weighs twice a wildcard. What no expression names has the rules of what is above it. */
export const below = (above: Place, step: Step): Place => {
  const known = above.parts.get(step);
  if (known !== undefined) return known;
  const found = foundBelow(above, step);
  if (above.parts.size < MOST_PARTS) above.parts.set(step, found);
  return found;
};

/** The steps from the document to the place. */
export const stepsTo = (place: Place): readonly Step[] =>
  place.above === undefined ? [] : [...stepsTo(place.above), place.step];

/** The same place under other rules: those given apply to everything directly below it. */
export const withRulesBelow = ({ above, step, depth }: Place, list: RuleList): Place => {
  const inner = emptyNode();
  inner.any = { ...emptyNode(), list };
  return placeWith({
    above,
    step,
    depth,
    candidates: [{ node: inner, weight: 2 ** depth * ROOT_WEIGHT }],
    best: undefined,
  });
};

/** The rules that apply to a place. */
export const rulesAt = ({ rules }: Place): BestRules | undefined => rules;

/** The rules of a named value: a header, an entry of the metadata. */
export const rulesOfName = (category: RuleCategory, name: string): BestRules | undefined =>
  rulesAt(below(rootOf(category), name));
