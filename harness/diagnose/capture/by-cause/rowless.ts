/** A service that says there is a row where it has made none. */
import type { StageFacts } from '../../../diagnosis/stage.ts';
import { SUBJECT, always } from '../forcing.ts';
import type { Forcing } from '../forcing.ts';
import type { Situation } from '../situation.ts';

/** A way of the service's stub to answer so; undefined: it declares none. */
export const rowlessBehaviour = ({ pipeline }: Situation, service: string): string | undefined =>
  Object.entries(pipeline.service(service).behaviours ?? {}).find(([, { rowless }]) => rowless === true)?.[0];

/** A scenario names the service where there are several. */
export const serviceNamed = ({ pipeline }: Situation, service: string): { readonly service?: string } =>
  pipeline.services.length === 1 ? {} : { service };

/** A worker that takes the answer for the row marks the event. */
export const markedOrFailing = ({ declared }: StageFacts): Forcing['during'] => [
  {
    when: { marked: { event: declared.consumes, by: 'worker' } },
    causes: [{ id: 'guard-marked-without-allocation' }, { id: 'api-failing' }],
  },
  always({ id: 'api-failing' }),
];

export const rowlessAnswer = (
  situation: Situation,
  stage: StageFacts,
  { service, behaviour }: { readonly service: string; readonly behaviour: string },
): Pick<Forcing, 'faults' | 'observeUntil' | 'during'> => ({
  faults: [{ kind: 'api-behaviour', ...serviceNamed(situation, service), behaviour, subject: SUBJECT }],
  observeUntil: { all: [{ answered: {} }, { decided: { worker: stage.role } }] },
  during: markedOrFailing(stage),
});
