/** Calls at admin-service against the HTTP interactions of the pacts. */
import type { BodyOptions } from './body.ts';
import { calledPath, isCallTo, matchRequest, matchResponse, requestFits, responseFits } from './match.ts';
import type { ActualRequest, ActualResponse, Mismatch } from './match.ts';
import type { HttpInteraction, Interaction, Pact } from './pact.ts';
import { formatPath } from './path.ts';
import { isStateOf } from './states.ts';
import type { CallEffect } from './states.ts';
import { wrongTogether } from './together.ts';
import { knownFields, unknownFields } from './unknown-fields.ts';
import type { KnownFields } from './unknown-fields.ts';
import { isFields } from './values.ts';

/** One call as it was seen. */
export interface ActualCall {
  readonly request: ActualRequest;
  /** Undefined: no answer, or one that says nothing about the contract (falsified, cut off). */
  readonly response?: ActualResponse | undefined;
  /** What the call did to the rows. */
  readonly effects: readonly CallEffect[];
}

/** What the contract says of one call. */
export interface CallJudgement {
  /** Of the request; empty also when the contract does not know the route. */
  readonly request: readonly Mismatch[];
  /** Of the answer; empty also when no interaction has its status. */
  readonly response: readonly Mismatch[];
  /** Paths in the request that no interaction has. */
  readonly unknownFields: readonly string[];
  /** `POST /path: 503`, when no interaction answers so; `POST /other`, when none is about that route. */
  readonly uncovered: string | undefined;
  /** The interactions that this call was an instance of, state and all. */
  readonly exercised: readonly HttpInteraction[];
  /** The provider states that the call found, whichever optional fields it had. */
  readonly providerStates: readonly string[];
}

/** The interactions about one method and path. */
interface Route {
  readonly all: readonly HttpInteraction[];
  /** Those whose request the provider does not turn away as wrong. */
  readonly accepted: readonly HttpInteraction[];
  readonly byStatus: ReadonlyMap<number, readonly HttpInteraction[]>;
  /** Fields of any request. */
  readonly known: KnownFields;
}

/** The HTTP side of the contract, ready to judge by. */
export interface HttpContract {
  readonly interactions: readonly HttpInteraction[];
  /** The interactions about this method and path; undefined when there is none. */
  routeOf(request: Pick<ActualRequest, 'method' | 'path'>): Route | undefined;
}

const isHttp = (interaction: Interaction): interaction is HttpInteraction => interaction.kind === 'http';

const isAboutBadRequest = ({ response }: HttpInteraction): boolean => response.status >= 400 && response.status < 500;

const routeWith = (all: readonly HttpInteraction[]): Route => {
  const byStatus = new Map<number, HttpInteraction[]>();
  for (const each of all) byStatus.set(each.response.status, [...(byStatus.get(each.response.status) ?? []), each]);
  return {
    all,
    accepted: all.filter((each) => !isAboutBadRequest(each)),
    byStatus,
    known: knownFields(all.map(({ request }) => request)),
  };
};

const requestLine = (request: Pick<ActualRequest, 'method' | 'path'>): string =>
  `${request.method.toUpperCase()} ${calledPath(request)}`;

/** Reads the HTTP interactions of these pacts. */
export const httpContract = (pacts: readonly Pact[]): HttpContract => {
  const interactions = pacts.flatMap((pact) => pact.interactions.filter(isHttp));
  const routes = new Map<string, Route | undefined>();
  return {
    interactions,
    routeOf: (request) => {
      const name = requestLine(request);
      const known = routes.get(name);
      if (known !== undefined) return known;
      const all = interactions.filter((interaction) => isCallTo(interaction, request));
      if (all.length === 0) return undefined;
      const route = routeWith(all);
      routes.set(name, route);
      return route;
    },
  };
};

const REFUSED: BodyOptions = { unexpected: 'refused' };

const without = (request: ActualRequest, unknown: readonly string[]): ActualRequest => {
  const { json } = request;
  if (!isFields(json) || unknown.length === 0) return request;
  const known = Object.entries(json).filter(([name]) => !unknown.includes(formatPath([name])));
  return { ...request, json: Object.fromEntries(known) };
};

const sameNames = (a: unknown, b: unknown): boolean => {
  if (!isFields(a) || !isFields(b)) return true;
  // What is of JSON inherits no names.
  for (const name in a) if (!Object.hasOwn(b, name)) return false;
  for (const name in b) if (!Object.hasOwn(a, name)) return false;
  return true;
};

/** What none of these interactions allows. */
const wrongBy = (
  interactions: readonly HttpInteraction[],
  match: (interaction: HttpInteraction) => readonly Mismatch[],
  exampleOf: (interaction: HttpInteraction) => unknown,
): readonly Mismatch[] =>
  wrongTogether(
    interactions.map((interaction) => ({
      interaction,
      example: exampleOf(interaction),
      mismatches: match(interaction),
    })),
  );

/** Is it what one of the interactions says? Asked once of each, however often it is asked for. */
const requestFitter = (request: ActualRequest): ((interaction: HttpInteraction) => boolean) => {
  const known = new Map<HttpInteraction, boolean>();
  return (interaction) => {
    let fits = known.get(interaction);
    if (fits === undefined) known.set(interaction, (fits = requestFits(interaction)(request)));
    return fits;
  };
};

/** Those with just the fields of the request come first: most requests fit the first of them. */
const wrongInRequest = (
  { accepted }: Route,
  request: ActualRequest,
  fits: (interaction: HttpInteraction) => boolean,
): readonly Mismatch[] => {
  if (accepted.some((each) => sameNames(each.request.body, request.json) && fits(each)) || accepted.some(fits))
    return [];
  return wrongBy(
    accepted,
    (each) => matchRequest(each, request, REFUSED),
    (each) => each.request.body,
  );
};

/**
 * Was this call what the interaction is about? The answer fits the contract already: the ids that a provider state fixes
 * are not those of the traffic, so it is not held against this one interaction again.
 */
const isInstance = (
  interaction: HttpInteraction,
  { request, effects }: ActualCall,
  status: number,
  fits: (interaction: HttpInteraction) => boolean,
): boolean =>
  sameNames(interaction.request.body, request.json) &&
  interaction.providerStates.every((state) => isStateOf(state, status, effects)) &&
  fits(interaction);

const NONE: readonly never[] = [];

/** A call of which its answer tells nothing. */
const withoutAnswer = (
  request: readonly Mismatch[],
  unknown: readonly string[],
  uncovered: string | undefined,
  response: readonly Mismatch[] = NONE,
): CallJudgement => ({
  request,
  response,
  unknownFields: unknown,
  uncovered,
  exercised: NONE,
  providerStates: NONE,
});

/** What no interaction with its status allows. */
const wrongInResponse = (ofStatus: readonly HttpInteraction[], response: ActualResponse): readonly Mismatch[] =>
  ofStatus.some((each) => responseFits(each)(response))
    ? NONE
    : wrongBy(
        ofStatus,
        (each) => matchResponse(each, response),
        (each) => each.response.body,
      );

/** The states of these interactions that the call found, each once. */
const statesFound = (
  ofStatus: readonly HttpInteraction[],
  status: number,
  effects: ActualCall['effects'],
): readonly string[] => {
  const found = new Set<string>();
  for (const { providerStates } of ofStatus)
    for (const state of providerStates) if (isStateOf(state, status, effects)) found.add(state);
  return [...found];
};

/** Judges one call by the HTTP interactions. Pure; never throws, whatever was sent. */
export const judgeCall = (contract: HttpContract, call: ActualCall): CallJudgement => {
  const route = contract.routeOf(call.request);
  if (route === undefined) return withoutAnswer(NONE, NONE, requestLine(call.request));
  const unknown = unknownFields(route.known, call.request.json);
  const request = without(call.request, unknown);
  const fits = requestFitter(request);
  const wrong = wrongInRequest(route, request, fits);
  const { response, effects } = call;
  if (response === undefined) return withoutAnswer(wrong, unknown, undefined);
  const { status } = response;
  const ofStatus = route.byStatus.get(status);
  if (ofStatus === undefined) return withoutAnswer(wrong, unknown, `${requestLine(call.request)}: ${status}`);
  const answeredWrongly = wrongInResponse(ofStatus, response);
  if (answeredWrongly.length > 0) return withoutAnswer(wrong, unknown, undefined, answeredWrongly);
  const seen = { request, response, effects };
  return {
    request: wrong,
    response: NONE,
    unknownFields: unknown,
    uncovered: undefined,
    exercised: ofStatus.filter((each) => isInstance(each, seen, status, fits)),
    providerStates: wrong.length > 0 ? NONE : statesFound(ofStatus, status, effects),
  };
};
