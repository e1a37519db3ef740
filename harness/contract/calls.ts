/** Calls at admin-service against the HTTP interactions of the pacts. */
import type { BodyOptions } from './body.ts';
import { isCallTo, matchRequest, matchResponse, requestFits, responseFits } from './match.ts';
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

const requestLine = ({ method, path }: Pick<ActualRequest, 'method' | 'path'>): string =>
  `${method.toUpperCase()} ${path.split('?')[0] ?? ''}`;

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

const without = (json: unknown, unknown: readonly string[]): unknown => {
  if (!isFields(json) || unknown.length === 0) return json;
  return Object.fromEntries(Object.entries(json).filter(([name]) => !unknown.includes(formatPath([name]))));
};

const sameNames = (a: unknown, b: unknown): boolean => {
  if (!isFields(a) || !isFields(b)) return true;
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => Object.hasOwn(b, name));
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

/** Judges one call by the HTTP interactions. Pure; never throws, whatever was sent. */
export const judgeCall = (contract: HttpContract, call: ActualCall): CallJudgement => {
  const route = contract.routeOf(call.request);
  const name = requestLine(call.request);
  const nothing = { response: [], uncovered: undefined, exercised: [], providerStates: [] };
  if (route === undefined) return { ...nothing, request: [], unknownFields: [], uncovered: name };
  const unknown = unknownFields(route.known, call.request.json);
  const request = { ...call.request, json: without(call.request.json, unknown) };
  const fits = requestFitter(request);
  const judged = { request: wrongInRequest(route, request, fits), unknownFields: unknown };
  const { response } = call;
  if (response === undefined) return { ...nothing, ...judged };
  const ofStatus = route.byStatus.get(response.status);
  if (ofStatus === undefined) return { ...nothing, ...judged, uncovered: `${name}: ${response.status}` };
  const wrong = ofStatus.some((each) => responseFits(each)(response))
    ? []
    : wrongBy(
        ofStatus,
        (each) => matchResponse(each, response),
        (each) => each.response.body,
      );
  if (wrong.length > 0) return { ...nothing, ...judged, response: wrong };
  const seen = { ...call, request };
  const exercised = ofStatus.filter((each) => isInstance(each, seen, response.status, fits));
  const states = judged.request.length > 0 ? [] : ofStatus.flatMap(({ providerStates }) => providerStates);
  const found = states.filter((state) => isStateOf(state, response.status, call.effects));
  return { ...nothing, ...judged, exercised, providerStates: [...new Set(found)] };
};
