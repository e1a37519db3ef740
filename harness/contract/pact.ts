/** A pact file of specification V4, read and checked: the interactions that consumer and provider agreed on. */
import { FaultlineError } from '../base/errors.ts';
import { NO_RULES } from './category.ts';
import type { RuleCategory } from './category.ts';
import { isJsonType, mayHaveSeveral } from './headers.ts';
import { readJson } from './json.ts';
import { UnreadableRule, readCategory } from './rules.ts';
import { isFields, jsonOf } from './values.ts';

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

/** Says in which part of the interaction something cannot be read. */
const within = <T>(part: string, read: () => T): T => {
  try {
    return read();
  } catch (error) {
    throw error instanceof UnreadableRule ? new UnreadableRule(`${part}: ${error.message}`) : error;
  }
};

/** What the file holds as text, and numbers and so on as they are written. */
const textOf = (value: unknown): string => (typeof value === 'string' ? value : jsonOf(value));

const fieldsIn = (json: Fields, name: string): Fields => (isFields(json[name]) ? json[name] : {});
const textIn = (json: Fields, name: string): string => (typeof json[name] === 'string' ? json[name] : '');

const isJson = (contentType: unknown): boolean => typeof contentType !== 'string' || isJsonType(contentType);

const contentOf = (part: unknown, rules: unknown): Content => {
  const read = within('body', () => readCategory(rules));
  if (part === null) throw new UnreadableRule('a body of null, which means that there must be none, is not known');
  if (!isFields(part) || part['content'] === undefined) return { hasBody: false, rules: read };
  const { content, encoded, contentType } = part;
  if (!isJson(contentType)) throw new UnreadableRule(`a body of ${String(contentType)} is not known, only JSON`);
  if (encoded !== undefined && encoded !== false) {
    // JSON as text: the file says how it was wrapped.
    const text = encoded === 'base64' ? Buffer.from(String(content), 'base64').toString('utf8') : textOf(content);
    return { hasBody: true, body: readJson(text), rules: read };
  }
  if (content === null) throw new UnreadableRule('a body of null, which means that there must be none, is not known');
  return { hasBody: true, body: content, rules: read };
};

const headerValue = (name: string, value: unknown): string => {
  if (!Array.isArray(value)) return textOf(value);
  if (value.length > 1 && !mayHaveSeveral(name))
    throw new UnreadableRule(
      `the header ${name} has several values, which Pact's engine never finds equal: write them as one, 'a, b'`,
    );
  return value.map(textOf).join(', ');
};

/** A rule of a header stands under the header's name: the engine does not look under an expression. */
const headerRule = ([name, list]: readonly [string, unknown]): readonly [string, unknown] => {
  if (/[$[]/.test(name))
    throw new UnreadableRule(`a rule under '${name}' applies to no header: write the header's name`);
  return [name.toLowerCase(), list];
};

const headersOf = (part: Fields, rules: Fields): WithHeaders => {
  const headers = Object.entries(fieldsIn(part, 'headers')).map(([name, value]) => [
    name.toLowerCase(),
    headerValue(name, value),
  ]);
  return {
    headers: Object.fromEntries(headers) as WithHeaders['headers'],
    headerRules: within('header', () =>
      readCategory(Object.fromEntries(Object.entries(fieldsIn(rules, 'header')).map(headerRule)), 'texts'),
    ),
  };
};

/** Rules of a path or a status stand alone, not below an expression. */
const loneRules = (part: string, json: unknown): RuleCategory =>
  json === undefined ? NO_RULES : within(part, () => readCategory({ $: json }));

const statusOf = (status: unknown): number => {
  if (status === undefined) return 200;
  if (typeof status === 'number') return status;
  throw new UnreadableRule(`the status ${jsonOf(status)} is no number`);
};

const requestOf = (part: Fields): PinnedRequest => {
  const rules = fieldsIn(part, 'matchingRules');
  if (part['query'] !== undefined || rules['query'] !== undefined)
    throw new UnreadableRule('query parameters are not known: leave them out');
  return {
    method: textIn(part, 'method').toUpperCase(),
    path: textIn(part, 'path'),
    pathRules: loneRules('path', rules['path']),
    ...headersOf(part, rules),
    ...contentOf(part['body'], rules['body']),
  };
};

const responseOf = (part: Fields): PinnedResponse => {
  const rules = fieldsIn(part, 'matchingRules');
  return {
    status: statusOf(part['status']),
    statusRules: loneRules('status', rules['status']),
    ...headersOf(part, rules),
    ...contentOf(part['body'], rules['body']),
  };
};

/** The engine reads a plain name with a dot in it as a path, and then applies the rule to nothing. */
const withoutPlainPaths = (rules: Fields): Fields => {
  const plain = Object.keys(rules).find((name) => !name.startsWith('$') && /[.[]/.test(name));
  if (plain !== undefined) throw new UnreadableRule(`a rule under '${plain}' applies to nothing: write $['${plain}']`);
  return rules;
};

const messageOf = (json: Fields, common: Common): MessageInteraction => {
  const rules = fieldsIn(json, 'matchingRules');
  return {
    ...common,
    kind: 'message',
    metadata: fieldsIn(json, 'metadata'),
    metadataRules: within('metadata', () => readCategory(withoutPlainPaths(fieldsIn(rules, 'metadata')))),
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
    if (json['pending'] === true)
      throw new UnreadableRule('it is pending, which is not known: what nobody has agreed to cannot be judged by');
    if (json['type'] === 'Synchronous/HTTP')
      return {
        ...all,
        kind: 'http',
        request: within('request', () => requestOf(fieldsIn(json, 'request'))),
        response: within('response', () => responseOf(fieldsIn(json, 'response'))),
      };
    if (json['type'] === 'Asynchronous/Messages') return messageOf(json, all);
  }
  throw new UnreadableRule(`the interaction type ${JSON.stringify(isFields(json) ? json['type'] : json)} is not known`);
};

const HINT = 'Make the pacts anew with: faultline contracts generate';

const unreadable = (file: string, what: string): FaultlineError =>
  new FaultlineError('usage', `${file} is no pact that Faultline can read: ${what}`, HINT);

const twice = (values: readonly string[]): string | undefined => values.find((value, i) => values.indexOf(value) !== i);

/** What can be said of a pact whatever its rules are. */
export interface PactHead {
  readonly consumer: string;
  readonly provider: string;
  /** As the file has them, each with its description and the names of its states. */
  readonly interactions: readonly {
    readonly json: unknown;
    readonly description: string;
    readonly providerStates: readonly string[];
  }[];
}

/** Errors: FaultlineError 'usage' when it is no V4 pact, or has two interactions of one description and state. */
export const readHead = (json: unknown, file: string): PactHead => {
  if (!isFields(json) || !Array.isArray(json['interactions'])) throw unreadable(file, 'it has no list of interactions');
  const version = textIn(fieldsIn(fieldsIn(json, 'metadata'), 'pactSpecification'), 'version');
  if (!version.startsWith('4')) throw unreadable(file, `its specification is ${version || 'not named'}, not 4`);
  const interactions = (json['interactions'] as readonly unknown[]).map((each) => {
    const fields = isFields(each) ? each : {};
    return { json: each, description: textIn(fields, 'description'), providerStates: statesOf(fields) };
  });
  const repeated = twice(
    interactions.map(({ description, providerStates }) => JSON.stringify({ description, providerStates })),
  );
  if (repeated !== undefined)
    throw unreadable(file, `two interactions have the same description and state: ${repeated}`);
  return {
    consumer: textIn(fieldsIn(json, 'consumer'), 'name'),
    provider: textIn(fieldsIn(json, 'provider'), 'name'),
    interactions,
  };
};

/**
 * Reads a parsed pact file; its numbers are exact when readJson parsed it. Errors: FaultlineError 'usage' when it is no V4 pact, has
 * two interactions of one description and state, or anything that cannot be judged exactly as Pact's engine would: passing that
 * over would be a check that cannot fail, and a guess could accuse.
 */
export const parsePact = (json: unknown, file: string): Pact => {
  const { consumer, provider, interactions: heads } = readHead(json, file);
  const interactions = heads.map(({ json: each, description, providerStates }) => {
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
