/** Cases on which a matcher easily differs from Pact's engine: what the pact says, what arrives, as text. */

/** A value under a list of rules. */
export interface ValueCase {
  readonly kind: 'value';
  readonly name: string;
  /** JSON texts: their numbers must stay as they are written. */
  readonly example: string;
  readonly rules: string | undefined;
  readonly actual: string;
}

/** A whole answer. */
export interface AnswerCase {
  readonly kind: 'answer';
  readonly name: string;
  /** The `response` of an interaction, JSON. */
  readonly response: string;
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string | undefined;
}

export type TrickyCase = ValueCase | AnswerCase;

export const JSON_TYPE = ['content-type', 'application/json'] as const;

const rulesOf = (matchers: readonly object[], combine: 'AND' | 'OR'): string => JSON.stringify({ combine, matchers });

/** One rule, an example, and what arrives. */
export const valuesBy = (
  matcher: object | undefined,
  example: string,
  actuals: readonly string[],
): readonly ValueCase[] =>
  actuals.map((actual) => ({
    kind: 'value',
    name: `${matcher === undefined ? 'no rule' : JSON.stringify(matcher)} on ${example} ~ ${actual}`,
    example,
    rules: matcher === undefined ? undefined : rulesOf([matcher], 'AND'),
    actual,
  }));

/** Texts by a regular expression. */
export const byRegex = (regex: string, ...texts: readonly string[]): readonly ValueCase[] =>
  valuesBy(
    { match: 'regex', regex },
    '"x"',
    texts.map((text) => JSON.stringify(text)),
  );

/** Texts by a date or time format. */
export const byFormat = (match: 'date' | 'time' | 'datetime', format: string, ...texts: readonly string[]) =>
  valuesBy(
    { match, format },
    '"x"',
    texts.map((text) => JSON.stringify(text)),
  );

type Rules = Readonly<Record<string, readonly object[] | { readonly or: readonly object[] }>>;

/** A whole body under rules by path. */
export const bodies = (example: string, rules: Rules, ...actuals: readonly string[]): readonly AnswerCase[] => {
  const lists = Object.entries(rules).map(([path, list]) =>
    'or' in list ? [path, { combine: 'OR', matchers: list.or }] : [path, { combine: 'AND', matchers: list }],
  );
  const body = JSON.stringify(Object.fromEntries(lists));
  return actuals.map((actual) => ({
    kind: 'answer',
    name: `${example} by ${JSON.stringify(rules)} ~ ${actual}`,
    response:
      `{"status":200,"headers":{"content-type":"application/json"},"body":{"content":${example},` +
      `"contentType":"application/json","encoded":false},"matchingRules":{"body":${body}}}`,
    status: 200,
    headers: [JSON_TYPE],
    body: actual,
  }));
};

/** A header: what the contract has, what arrives, in one line or several, and its rules. */
export const header = (
  name: string,
  example: unknown,
  actuals: readonly string[],
  rules?: { readonly combine?: 'AND' | 'OR'; readonly matchers: readonly object[] },
): AnswerCase => ({
  kind: 'answer',
  name: `${name}: ${JSON.stringify(example)} by ${JSON.stringify(rules ?? 'no rule')} ~ ${JSON.stringify(actuals)}`,
  response: JSON.stringify({
    status: 200,
    headers: { [name]: example },
    ...(rules === undefined
      ? {}
      : { matchingRules: { header: { [name]: { combine: rules.combine ?? 'AND', matchers: rules.matchers } } } }),
  }),
  status: 200,
  headers: [...(name === 'content-type' ? [] : [JSON_TYPE]), ...actuals.map((actual) => [name, actual] as const)],
  body: '{}',
});
