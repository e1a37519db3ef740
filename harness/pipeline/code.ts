/** What of a declaration is code, apart from what is data. */
import type { Act } from './acts.ts';
import type { ActDeclaration, PipelineDeclaration, ServiceDeclaration } from './declaration.ts';
import type { PactDeclarations } from './pacts.ts';
import type { ServiceStub } from './stub.ts';

export interface Apart {
  /** What is told to workers' judges and histories: plain data. The same value where there is no code in it. */
  readonly declaration: PipelineDeclaration;
  /** By the service. */
  readonly stubs: Readonly<Record<string, ServiceStub>>;
  /** By the act. */
  readonly acts: Readonly<Record<string, Act>>;
  /** Undefined: its workers make none. */
  readonly pacts: (() => PactDeclarations) | undefined;
}

/** One key of each, where it is there, and the others without it. */
const keyApart = <T extends object, K extends keyof T>(
  all: Readonly<Record<string, T>>,
  key: K,
): { readonly data: Readonly<Record<string, T>>; readonly code: Readonly<Record<string, NonNullable<T[K]>>> } => {
  const code: Record<string, NonNullable<T[K]>> = {};
  const data = Object.entries(all).map(([name, each]) => {
    const { [key]: taken, ...others } = each;
    if (taken === undefined || taken === null) return [name, each] as const;
    code[name] = taken;
    return [name, others as unknown as T] as const;
  });
  return { data: Object.fromEntries(data), code };
};

/** Takes what stands for services, what does acts, and the making of pacts out. */
export const dataApart = (whole: PipelineDeclaration): Apart => {
  const { pacts, ...declaration } = whole;
  const { data: services, code: stubs } = keyApart<ServiceDeclaration, 'stub'>(declaration.services, 'stub');
  const { data: acts, code: performers } = keyApart<ActDeclaration, 'perform'>(declaration.acts ?? {}, 'perform');
  if (pacts === undefined && Object.keys(stubs).length + Object.keys(performers).length === 0)
    return { declaration: whole, stubs: {}, acts: {}, pacts };
  return {
    declaration: { ...declaration, services, ...(declaration.acts === undefined ? {} : { acts }) },
    stubs,
    acts: performers,
    pacts,
  };
};
