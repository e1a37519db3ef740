/** Which service a fault at an API is about, and what it may set there. */
import { API_BEHAVIOURS, TAKEN_BY } from '../pipeline/behaviours.ts';
import type { ApiBehaviour } from '../pipeline/behaviours.ts';
import type { BehaviourSetting } from '../pipeline/declaration.ts';
import type { Pipeline } from '../pipeline/queries.ts';

const SETTINGS: readonly BehaviourSetting[] = ['status', 'delayMs', 'until'];

/** The service that is meant: the one that is named, or else the pipeline's only one. Undefined: nothing tells which. */
export const serviceMeant = (
  { services }: Pick<Pipeline, 'services'>,
  { service }: { readonly service?: string | undefined },
): string | undefined => service ?? (services.length === 1 ? services[0] : undefined);

type Asked = { readonly service?: string | undefined; readonly behaviour: string } & {
  readonly [K in BehaviourSetting]?: unknown;
};

interface Wrong {
  readonly path: 'service' | 'behaviour' | BehaviourSetting;
  readonly message: string;
}

const isGeneral = (behaviour: string): behaviour is ApiBehaviour =>
  (API_BEHAVIOURS as readonly string[]).includes(behaviour);

/** The behaviours of the service that take the setting. */
const takersOf = (setting: BehaviourSetting, own: OwnBehaviours): readonly string[] => [
  ...TAKEN_BY[setting],
  ...Object.entries(own).flatMap(([name, { takes = [] }]) => (takes.includes(setting) ? [name] : [])),
];

type OwnBehaviours = NonNullable<ReturnType<Pipeline['service']>['behaviours']>;

/** What the shape of a fault at an API does not tell. Without a pipeline: what is wrong whichever it is. */
export const behaviourProblems = (fault: Asked, pipeline: Pipeline | undefined): readonly Wrong[] => {
  const { behaviour } = fault;
  const service = pipeline === undefined ? undefined : serviceMeant(pipeline, fault);
  if (pipeline !== undefined && service === undefined)
    return [
      {
        path: 'service',
        message:
          pipeline.services.length === 0
            ? 'the pipeline has no service'
            : `must say which one: the pipeline has ${pipeline.services.join(', ')}`,
      },
    ];
  const own = service === undefined ? undefined : (pipeline?.service(service).behaviours ?? {});
  if (own !== undefined && !isGeneral(behaviour) && !Object.hasOwn(own, behaviour))
    return [
      {
        path: 'behaviour',
        message: `${service} has none of that name; allowed: ${[...API_BEHAVIOURS, ...Object.keys(own)].join(', ')}`,
      },
    ];
  const both: readonly Wrong[] =
    fault.delayMs !== undefined && fault.until !== undefined
      ? [{ path: 'until', message: 'stands instead of delayMs: give one of them' }]
      : [];
  // Whether a behaviour of its own takes a setting is known where its pipeline is.
  if (own === undefined && !isGeneral(behaviour)) return both;
  return [
    ...both,
    ...SETTINGS.flatMap((setting): readonly Wrong[] => {
      const takers = takersOf(setting, own ?? {});
      return fault[setting] === undefined || takers.includes(behaviour)
        ? []
        : [{ path: setting, message: `means nothing for ${behaviour}; allowed for: ${takers.join(', ')}` }];
    }),
  ];
};
