/**
 * What histories of before lack, filled in once where one is read, so that whoever judges finds facts and no sentences.
 * Pure; of a history that has everything nothing is changed.
 */
import type { PipelineDeclaration } from '../pipeline/declaration.ts';
import { pipelineOf } from '../pipeline/queries.ts';
import { shippedPipeline } from '../pipeline/shipped.ts';
import type { Disturbed, FaultAbout, HistoryEvent } from './events.ts';

type FaultEvent = HistoryEvent<'fault.armed' | 'fault.fired' | 'fault.healed'>;
type Started = HistoryEvent<'trial.started'>;

/** What each kind of fault disturbed, from before it was recorded. */
const DISTURBED: Readonly<Record<string, Disturbed>> = {
  'worker-stopped': 'process',
  'worker-paused': 'process',
  'worker-killed': 'process',
  'worker-terminated': 'process',
  'worker-restarted': 'process',
  'worker-misconfigured': 'settings',
  'topic-missing': 'topic',
  'api-behaviour': 'answers',
  'guard-marked': 'guard',
  'writes-held': 'writes',
  'bytes-withheld': 'reach',
  'upstream-away': 'reach',
};

/** Words of a target: `allocation-worker and purchase-worker to kafka`, `processed_events, PURCHASE_CREATED of ada`. */
const tokensOf = (target: string): readonly string[] => target.split(/[\s,]+/).filter((token) => token !== '');

/** Whom and what the target names. Until it was recorded, that was said in words alone. */
const saidIn = ({ subjects, workers, pipeline }: Started, target: string): FaultAbout => {
  const { topics, upstreams } = pipelineOf(pipeline);
  const tokens = tokensOf(target);
  const struck = workers.filter(({ name, role }) => tokens.includes(name) || tokens.includes(role));
  const upstream = upstreams.find((each) => target.endsWith(` to ${each}`));
  const topic = topics.find((each) => each === target);
  const subject = subjects.find(({ name }) => target.endsWith(` for ${name}`) || target.endsWith(` of ${name}`))?.name;
  return {
    ...(struck.length === 0 ? {} : { workers: [...new Set(struck.map(({ name }) => name))] }),
    ...(upstream === undefined ? {} : { upstream }),
    ...(topic === undefined ? {} : { topic }),
    ...(subject === undefined ? {} : { subject }),
  };
};

const hasFacts = ({ workers, upstream, topic, subject }: FaultAbout): boolean =>
  workers !== undefined || upstream !== undefined || topic !== undefined || subject !== undefined;

const withFacts = (started: Started, event: FaultEvent): HistoryEvent => {
  if (event.disturbs !== undefined) return event;
  const disturbs = DISTURBED[event.faultKind];
  return {
    ...event,
    ...(hasFacts(event) ? {} : saidIn(started, event.target)),
    ...(disturbs === undefined ? {} : { disturbs }),
  };
};

/** Until acts were declared, a pipeline had those of the shipped one whose event it had. */
const withActs = (pipeline: PipelineDeclaration): PipelineDeclaration => {
  if (pipeline.acts !== undefined) return pipeline;
  const had = Object.entries(shippedPipeline.acts).filter(([, { about }]) => Object.hasOwn(pipeline.events, about));
  return had.length === 0 ? pipeline : { ...pipeline, acts: Object.fromEntries(had) };
};

/**
 * Until pipelines were declared there was one, and until rules over rows were declared, its declaration lacked what they
 * are made of. Of a history whose declaration is whole nothing is changed.
 */
export const withPipeline = (started: Started): Started => {
  const { pipeline }: { readonly pipeline?: Partial<PipelineDeclaration> | null } = started;
  const lacksRules = pipeline?.name === shippedPipeline.name && pipeline.subject === undefined;
  return pipeline === undefined || lacksRules ? { ...started, pipeline: shippedPipeline } : started;
};

/** Until requests and connections said which service they reached, there was one. */
const withService = ({ pipeline }: Started, event: HistoryEvent<'http.connected' | 'http.request'>): HistoryEvent => {
  const { service }: { readonly service?: string } = event;
  return service === undefined ? { ...event, service: Object.keys(pipeline.services)[0] ?? '' } : event;
};

/** Until rows of other pipelines were told of, what a call did it did to an allocation. */
const withRow = (event: HistoryEvent<'http.effect'>): HistoryEvent => {
  const { allocationId }: HistoryEvent<'http.effect'> & { readonly allocationId?: string } = event;
  if (allocationId === undefined) return event;
  const { allocationId: _before, ...told }: HistoryEvent<'http.effect'> & { readonly allocationId?: string } = event;
  return { ...told, rowId: allocationId, of: 'allocation' };
};

const isOfFault = (event: HistoryEvent): event is FaultEvent => event.source === 'fault';

/** The events with what those of today have besides. They must begin with `trial.started`, as every history does. */
export const filledIn = (events: readonly HistoryEvent[]): HistoryEvent[] => {
  const [first, ...others] = events;
  if (first?.kind !== 'trial.started') return [...events];
  const declared = withPipeline(first);
  const pipeline = withActs(declared.pipeline);
  const started = pipeline === declared.pipeline ? declared : { ...declared, pipeline };
  return [
    started,
    ...others.map((event) => {
      if (isOfFault(event)) return withFacts(started, event);
      if (event.kind === 'http.effect') return withRow(event);
      return event.kind === 'http.connected' || event.kind === 'http.request' ? withService(started, event) : event;
    }),
  ];
};
