/** What of a declaration is code, apart from what is data. */
import type { PipelineDeclaration, ServiceDeclaration } from './declaration.ts';
import type { ServiceStub } from './stub.ts';

export interface Apart {
  /** What is told to workers' judges and histories: plain data. The same value where there is no code in it. */
  readonly declaration: PipelineDeclaration;
  /** By the service. */
  readonly stubs: Readonly<Record<string, ServiceStub>>;
}

/** Takes the stubs out. */
export const dataApart = (declaration: PipelineDeclaration): Apart => {
  const services = Object.entries(declaration.services);
  const stubs = services.flatMap(([name, { stub }]) => (stub === undefined ? [] : [[name, stub] as const]));
  if (stubs.length === 0) return { declaration, stubs: {} };
  const withoutStub = (service: ServiceDeclaration): ServiceDeclaration => {
    const { stub, ...data } = service;
    return stub === undefined ? service : data;
  };
  return {
    declaration: {
      ...declaration,
      services: Object.fromEntries(services.map(([name, service]) => [name, withoutStub(service)])),
    },
    stubs: Object.fromEntries(stubs),
  };
};
