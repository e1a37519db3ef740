/** Whole requests, answers and messages against one interaction of a pact. */
import { matchBody } from './body.ts';
import type { BodyMismatch, BodyOptions } from './body.ts';
import type { HttpInteraction, Interaction, MessageInteraction } from './pact.ts';
import { NO_RULES, rootOf, rulesAt } from './category.ts';
import type { RuleCategory } from './category.ts';
import { bodyFits, valueFits } from './fitting.ts';
import type { Fits } from './fitting.ts';
import { headerTests, isJsonType, matchHeaders, matchMetadata, metadataTests } from './headers.ts';
import type { NamedTest } from './headers.ts';
import { broken, show, wants } from './values.ts';

/** The part of a call or message in which something is wrong. */
export type Part = 'method' | 'path' | 'status' | 'header' | 'body' | 'metadata';

/** One place in which traffic is not what an interaction says. */
export interface Mismatch extends BodyMismatch {
  /** The interaction's id. */
  readonly interaction: string;
  readonly part: Part;
}

export interface ActualRequest {
  readonly method: string;
  readonly path: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** The parsed body; undefined when it is no JSON. */
  readonly json: unknown;
}

export interface ActualResponse {
  readonly status: number;
  /** By lower-case name; undefined: not known, and so not judged. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly json: unknown;
}

export interface ActualMessage {
  readonly contents: unknown;
  readonly metadata: Readonly<Record<string, unknown>>;
}

const found =
  ({ id }: Interaction, part: Part) =>
  (mismatch: BodyMismatch): Mismatch => ({ interaction: id, part, ...mismatch });

/** One value without a path of its own: the method, the path, the status. */
const matchLone = (expected: unknown, actual: unknown, rules: RuleCategory): readonly BodyMismatch[] => {
  const best = rulesAt(rootOf(rules));
  if (best === undefined)
    return expected === actual ? [] : [{ path: '$', rule: 'equality', expected: show(expected), actual: show(actual) }];
  return broken(best.list, expected, actual, false).map((rule) => ({
    path: '$',
    rule: rule.kind,
    expected: wants(rule, expected),
    actual: show(actual),
  }));
};

/** A body of JSON does not come as another media type. What comes without one is taken for what it is. */
const matchBodyType = (headers: Readonly<Record<string, string>>): readonly BodyMismatch[] => {
  const type = headers['content-type'];
  return type === undefined || isJsonType(type)
    ? []
    : [{ path: 'content-type', rule: 'type', expected: 'a body of JSON', actual: show(type) }];
};

const loneFits = (expected: unknown, rules: RuleCategory): Fits => {
  const best = rulesAt(rootOf(rules));
  return best === undefined ? (actual) => expected === actual : valueFits(best, expected);
};

/** The path that is called: query parameters are left out. */
export const calledPath = ({ path }: Pick<ActualRequest, 'path'>): string => {
  const end = path.indexOf('?');
  return end < 0 ? path : path.slice(0, end);
};

/** Is the call to the method and path of the interaction? Query parameters are left out. */
export const isCallTo = ({ request }: HttpInteraction, actual: Pick<ActualRequest, 'method' | 'path'>) =>
  request.method === actual.method.toUpperCase() &&
  matchLone(request.path, calledPath(actual), request.pathRules).length === 0;

/** Where a request is not what the interaction says; unknown fields are allowed unless the options refuse them. */
export const matchRequest = (
  interaction: HttpInteraction,
  actual: ActualRequest,
  options: BodyOptions = {},
): readonly Mismatch[] => {
  const { request } = interaction;
  return [
    ...matchLone(request.method, actual.method.toUpperCase(), NO_RULES).map(found(interaction, 'method')),
    ...matchLone(request.path, calledPath(actual), request.pathRules).map(found(interaction, 'path')),
    ...matchHeaders(request.headers, actual.headers, request.headerRules).map(found(interaction, 'header')),
    ...(request.hasBody
      ? [
          ...matchBodyType(actual.headers).map(found(interaction, 'header')),
          ...matchBody(request.body, actual.json, request.rules, options).map(found(interaction, 'body')),
        ]
      : []),
  ];
};

/** Where an answer is not what the interaction says; further fields are allowed. */
export const matchResponse = (
  interaction: HttpInteraction,
  actual: ActualResponse,
  options: BodyOptions = {},
): readonly Mismatch[] => {
  const { response } = interaction;
  return [
    ...matchLone(response.status, actual.status, response.statusRules).map(found(interaction, 'status')),
    ...(actual.headers === undefined
      ? []
      : matchHeaders(response.headers, actual.headers, response.headerRules).map(found(interaction, 'header'))),
    ...(response.hasBody
      ? [
          ...matchBodyType(actual.headers ?? {}).map(found(interaction, 'header')),
          ...matchBody(response.body, actual.json, response.rules, options).map(found(interaction, 'body')),
        ]
      : []),
  ];
};

/** Where a message is not what the interaction says; further fields and metadata are allowed. */
export const matchMessage = (
  interaction: MessageInteraction,
  actual: ActualMessage,
  options: BodyOptions = {},
): readonly Mismatch[] => [
  ...matchMetadata(interaction.metadata, actual.metadata, interaction.metadataRules).map(
    found(interaction, 'metadata'),
  ),
  ...(interaction.hasBody
    ? matchBody(interaction.body, actual.contents, interaction.rules, options).map(found(interaction, 'body'))
    : []),
];

/** Whether something is what an interaction says, all of it: is there nothing that the function which matches it would find? */
type WholeFits<A> = (actual: A) => boolean;

/** Made once for each interaction. */
const made = <I extends Interaction, A>(make: (interaction: I) => WholeFits<A>): ((interaction: I) => WholeFits<A>) => {
  const known = new WeakMap<I, WholeFits<A>>();
  return (interaction) => {
    let fits = known.get(interaction);
    if (fits === undefined) known.set(interaction, (fits = make(interaction)));
    return fits;
  };
};

const headersFit = (tests: readonly NamedTest[], actual: Readonly<Record<string, unknown>>): boolean => {
  for (const { name, fits } of tests) if (!Object.hasOwn(actual, name) || !fits(actual[name])) return false;
  return true;
};

const isBodyType = (headers: Readonly<Record<string, string>> | undefined): boolean => {
  const type = headers?.['content-type'];
  return type === undefined || isJsonType(type);
};

/** A request to which unknown fields are refused. */
export const requestFits = made(({ request }: HttpInteraction): WholeFits<ActualRequest> => {
  const pathFits = loneFits(request.path, request.pathRules);
  const headers = headerTests(request.headers, request.headerRules);
  const body = request.hasBody ? bodyFits(request.body, request.rules, { unexpected: 'refused' }) : undefined;
  return (actual) =>
    request.method === actual.method.toUpperCase() &&
    pathFits(calledPath(actual)) &&
    headersFit(headers, actual.headers) &&
    (body === undefined || (isBodyType(actual.headers) && body(actual.json)));
});

export const responseFits = made(({ response }: HttpInteraction): WholeFits<ActualResponse> => {
  const statusFits = loneFits(response.status, response.statusRules);
  const headers = headerTests(response.headers, response.headerRules);
  const body = response.hasBody ? bodyFits(response.body, response.rules) : undefined;
  return (actual) =>
    statusFits(actual.status) &&
    (actual.headers === undefined || headersFit(headers, actual.headers)) &&
    (body === undefined || (isBodyType(actual.headers) && body(actual.json)));
});

/** Where a value stands beside the contents of a message: its name, and the header's whose value it is. */
interface MetadataPlace {
  readonly name: string;
  /** Undefined: it is no header's. */
  readonly header: string | undefined;
}

/** A value beside the contents of a message; undefined: there is none of that name. */
export type MetadataOf = (place: MetadataPlace) => unknown;

/** Before the name of a header, among metadata. */
export const HEADER = 'header.';

/** A message whose metadata are looked up where they stand. */
export const messageFits = made(
  (interaction: MessageInteraction): WholeFits<{ readonly contents: unknown; readonly metadata: MetadataOf }> => {
    const metadata = metadataTests(interaction.metadata, interaction.metadataRules).map(({ name, fits }) => ({
      place: { name, header: name.startsWith(HEADER) ? name.slice(HEADER.length) : undefined },
      fits,
    }));
    const body = interaction.hasBody ? bodyFits(interaction.body, interaction.rules) : undefined;
    return (actual) => {
      for (const { place, fits } of metadata) {
        const value = actual.metadata(place);
        if (value === undefined || !fits(value)) return false;
      }
      return body === undefined || body(actual.contents);
    };
  },
);
