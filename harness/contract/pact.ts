/** A pact file of specification V4, read and checked: the interactions that consumer and provider agreed on. */
import { FaultlineError } from '../base/errors.ts';
import { NO_RULES } from './category.ts';
import type { RuleCategory } from './category.ts';
import { UnreadableRule, readCategory } from './rules.ts';
import { isFields } from './values.ts';

type Fields = Readonly<Record<string, unknown>>;

interface Common {
  /** `<consumer>-<provider>: <description>`, with `(<states>)` where another has the same description. */
  readonly id: string;
  readonly consumer: string;
  readonly provider: string;
  readonly description: string;
  readonly providerStates: readonly string[];
}

/** The JSON body of a part; absent when there is none or it is no JSON. */
interface Content {
  readonly hasBody: boolean;
  readonly body?: unknown;
  readonly rules: RuleCategory;
}

/** Headers by lower-case name, with their rules. */
interface WithHeaders {
  readonly headers: Readonly<Record<string, string>>;
  readonly headerRules: RuleCategory;
}

export interface PinnedRequest extends Content, WithHeaders {
  readonly method: string;
  readonly path: string;
  readonly pathRules: RuleCategory;
}

export interface PinnedResponse extends Content, WithHeaders {
  readonly status: number;
  readonly statusRules: RuleCategory;
}

export interface HttpInteraction extends Common {
  readonly kind: 'http';
  readonly request: PinnedRequest;
  readonly response: PinnedResponse;
}

/** An asynchronous message. What travels beside the value (topic, key, headers) is in its metadata. */
export interface MessageInteraction extends Common, Content {
  readonly kind: 'message';
  readonly metadata: Fields;
  readonly metadataRules: RuleCategory;
}

export type Interaction = HttpInteraction | MessageInteraction;

export interface Pact {
  readonly consumer: string;
  readonly provider: string;
  readonly interactions: readonly Interaction[];
}

const fieldsIn = (json: Fields, name: string): Fields => (isFields(json[name]) ? json[name] : {});
const textIn = (json: Fields, name: string): string => (typeof json[name] === 'string' ? json[name] : '');

const contentOf = (part: unknown, rules: unknown): Content => {
  const read = readCategory(rules);
  if (!isFields(part) || part['content'] === undefined) return { hasBody: false, rules: read };
  const { content, encoded } = part;
  if (encoded !== undefined && encoded !== false) {
    // JSON as text: the file says how it was wrapped.
    const text = encoded === 'base64' ? Buffer.from(String(content), 'base64').toString('utf8') : String(content);
    return { hasBody: true, body: JSON.parse(text) as unknown, rules: read };
  }
  return { hasBody: true, body: content, rules: read };
};

const headersOf = (part: Fields, rules: Fields): WithHeaders => {
  const headers = Object.entries(fieldsIn(part, 'headers')).map(([name, value]) => [
    name.toLowerCase(),
    (Array.isArray(value) ? value : [value]).map(String).join(', '),
  ]);
  const lower = Object.entries(fieldsIn(rules, 'header')).map(([path, list]) => [path.toLowerCase(), list]);
  return {
    headers: Object.fromEntries(headers) as WithHeaders['headers'],
    headerRules: readCategory(Object.fromEntries(lower)),
  };
};

/** Rules of a path or a status stand alone, not below an expression. */
const loneRules = (json: unknown): RuleCategory => (json === undefined ? NO_RULES : readCategory({ $: json }));

const requestOf = (part: Fields): PinnedRequest => {
  const rules = fieldsIn(part, 'matchingRules');
  return {
    method: textIn(part, 'method').toUpperCase(),
    path: textIn(part, 'path'),
    pathRules: loneRules(rules['path']),
    ...headersOf(part, rules),
    ...contentOf(part['body'], rules['body']),
  };
};

const responseOf = (part: Fields): PinnedResponse => {
  const rules = fieldsIn(part, 'matchingRules');
  return {
    status: typeof part['status'] === 'number' ? part['status'] : 200,
    statusRules: loneRules(rules['status']),
    ...headersOf(part, rules),
    ...contentOf(part['body'], rules['body']),
  };
};

const messageOf = (json: Fields, common: Common): MessageInteraction => {
  const rules = fieldsIn(json, 'matchingRules');
  return {
    ...common,
    kind: 'message',
    metadata: fieldsIn(json, 'metadata'),
    metadataRules: readCategory(rules['metadata']),
    ...contentOf(json['contents'], rules['body']),
  };
};

const statesOf = (json: Fields): readonly string[] => {
  const { providerStates } = json;
  if (!Array.isArray(providerStates)) return [];
  return providerStates.map((state: unknown) => (isFields(state) ? textIn(state, 'name') : String(state)));
};

const interactionOf = (json: unknown, common: Omit<Common, 'id'>, id: string): Interaction => {
  if (isFields(json)) {
    const all = { id, ...common };
    if (json['type'] === 'Synchronous/HTTP')
      return {
        ...all,
        kind: 'http',
        request: requestOf(fieldsIn(json, 'request')),
        response: responseOf(fieldsIn(json, 'response')),
      };
    if (json['type'] === 'Asynchronous/Messages') return messageOf(json, all);
  }
  throw new UnreadableRule(`the interaction type ${JSON.stringify(isFields(json) ? json['type'] : json)} is not known`);
};

const HINT = 'Make the pacts anew with: faultline contracts generate';

const unreadable = (file: string, what: string): FaultlineError =>
  new FaultlineError('usage', `${file} is no pact that Faultline can read: ${what}`, HINT);

const twice = (values: readonly string[]): string | undefined => values.find((value, i) => values.indexOf(value) !== i);

/**
 * Reads a parsed pact file. Errors: FaultlineError 'usage' when it is no V4 pact, has a rule or a kind of interaction that is not
 * known here (passing it over would be a check that cannot fail), or two interactions of one description and state.
 */
export const parsePact = (json: unknown, file: string): Pact => {
  if (!isFields(json) || !Array.isArray(json['interactions'])) throw unreadable(file, 'it has no list of interactions');
  const version = textIn(fieldsIn(fieldsIn(json, 'metadata'), 'pactSpecification'), 'version');
  if (!version.startsWith('4')) throw unreadable(file, `its specification is ${version || 'not named'}, not 4`);
  const consumer = textIn(fieldsIn(json, 'consumer'), 'name');
  const provider = textIn(fieldsIn(json, 'provider'), 'name');
  const raw = json['interactions'] as readonly unknown[];
  const heads = raw.map((each) => {
    const fields = isFields(each) ? each : {};
    return { description: textIn(fields, 'description'), providerStates: statesOf(fields) };
  });
  const repeated = twice(heads.map((head) => JSON.stringify(head)));
  if (repeated !== undefined)
    throw unreadable(file, `two interactions have the same description and state: ${repeated}`);
  const interactions = raw.map((each, i) => {
    const { description = '', providerStates = [] } = heads[i] ?? {};
    const shared = heads.filter((head) => head.description === description).length > 1;
    const states = shared && providerStates.length > 0 ? ` (${providerStates.join(', ')})` : '';
    const id = `${consumer}-${provider}: ${description}${states}`;
    try {
      return interactionOf(each, { consumer, provider, description, providerStates }, id);
    } catch (error) {
      if (error instanceof UnreadableRule || error instanceof SyntaxError)
        throw unreadable(file, `${id}: ${error.message}`);
      throw error;
    }
  });
  return { consumer, provider, interactions };
};
