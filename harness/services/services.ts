/** All services of a pipeline, as a slot has them. */
import { FaultlineError } from '../base/errors.ts';
import type { HandlersFirst, ServiceStub } from '../pipeline/stub.ts';
import { countAnew, openService } from './service.ts';
import type { Service, ServiceOptions } from './service.ts';

export interface Services extends Pick<Service, 'openCalls' | 'reset' | 'close'> {
  /** By its name in the pipeline. Throws where it has none: a mistake of the caller's. */
  of(name: string): Service;
}

export type ServicesOptions = Omit<ServiceOptions, 'name' | 'stub' | 'numbers'> & {
  readonly stubs: Readonly<Record<string, ServiceStub | HandlersFirst>>;
};

const without = (pipeline: string, name: string): FaultlineError =>
  new FaultlineError(
    'config',
    `the pipeline ${pipeline} has the service ${name}, and nothing that stands for it`,
    "Give it a stub in the declaration: stub: [http.post('/path', () => HttpResponse.json({}))], with http and HttpResponse from msw.",
  );

/** Opens them; they listen only where they are made to. Errors: FaultlineError 'config' where a service has no stub. */
export const openServices = ({ stubs, ...options }: ServicesOptions): Services => {
  const numbers = countAnew();
  const { name: pipeline, services } = options.pipeline;
  const all = new Map(
    Object.keys(services).map((name) => {
      const stub = stubs[name];
      if (stub === undefined) throw without(pipeline, name);
      return [name, openService({ ...options, name, stub, numbers })];
    }),
  );
  const each = async (does: (service: Service) => Promise<void>): Promise<void> => {
    await Promise.all([...all.values()].map(does));
  };
  return {
    of: (name) => {
      const service = all.get(name);
      if (service === undefined) throw without(pipeline, name);
      return service;
    },
    openCalls: () => [...all.values()].reduce((sum, service) => sum + service.openCalls(), 0),
    reset: () => each((service) => service.reset()),
    close: () => each((service) => service.close()),
  };
};
