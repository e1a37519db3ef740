/** The stub of a service as a provider to be verified: its own port, a database of its own, states as real rows. */
import { randomUUID } from 'node:crypto';
import type { PostgresAddress } from '../../addresses/address.ts';
import { FaultlineError } from '../../base/errors.ts';
import type { Config, SchemaSource } from '../../config/types.ts';
import { createSlotDatabase } from '../../database/database.ts';
import type { CallsDeclaration, StateParts } from '../../pipeline/pacts.ts';
import type { StubDatabase } from '../../pipeline/stub.ts';
import { naming } from '../../services/rules.ts';
import { openService } from '../../services/service.ts';
import type { ServiceOptions } from '../../services/service.ts';
import { statesFrom } from './states.ts';
import type { ProviderStates, StateHandler } from './states.ts';

/** Who the rows of a state are written by. */
const WRITER = 'faultline';

/** How the states are brought about that the pipeline's pacts with this service name: of several pacts, of each. */
const statesOf = (declared: readonly CallsDeclaration[], provider: string) =>
  declared.flatMap((each) => (each.provider === provider && each.states !== undefined ? [each.states] : []));

export interface StubProvider {
  readonly url: URL;
  readonly states: ProviderStates;
  /** The stub's own troubles since it was opened: a stub that could not reach its database proves nothing. */
  troubles(): readonly string[];
  /** Its handlers, for tests that leave one out. */
  readonly handlers: Readonly<Record<string, StateHandler>>;
  close(): Promise<void>;
}

/** Opens the stub with a new database in this environment; `close` drops it. Errors: FaultlineError 'config' where there is none. */
export const openStubProvider = async (options: {
  readonly environment: { readonly postgres: PostgresAddress };
  readonly schema: SchemaSource;
  /** Of whose service the stub is. */
  readonly config: Pick<Config, 'pipeline' | 'stubs' | 'pactDeclarations'>;
  /** The service. */
  readonly provider: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Hears what takes long. */
  readonly progress?: (line: string) => void;
}): Promise<StubProvider> => {
  const troubles: string[] = [];
  const record: ServiceOptions['record'] = (event) => {
    if (event.kind === 'trial.harness-error') troubles.push(event.message);
    return 0;
  };
  const name = `contracts_${randomUUID().replaceAll('-', '').slice(0, 12)}`;
  const { provider } = options;
  const { pipeline, stubs, pactDeclarations } = options.config;
  const stub = stubs[provider];
  if (stub === undefined)
    throw new FaultlineError(
      'config',
      `the pipeline ${pipeline.name} has no stub of ${provider}`,
      'Its contract can be verified only there.',
    );
  const database = await createSlotDatabase({ ...options, pipeline, name, record });
  const service = openService({ pipeline, name: provider, stub, database: () => database, record });
  const port = await service.listenFor('contracts');
  const rows: StubDatabase = {
    query: (text, values) => database.query(text, values),
    write: (work) => database.writeAs(WRITER, (client) => work((text, values = []) => client.query(text, [...values]))),
  };
  const parts: StateParts = {
    database: rows,
    behave: (id, behaviour) => void service.behave(naming(id), { behaviour }),
  };
  const states = statesOf(pactDeclarations?.().calls ?? [], provider);
  const handlers = Object.fromEntries(
    states
      .flatMap(({ setUps }) => Object.entries(setUps))
      .map(([state, setUp]): [string, StateHandler] => [
        state,
        async (params) => {
          await setUp(parts, params);
          return undefined;
        },
      ]),
  );
  const begin = async (): Promise<void> => {
    await service.reset();
    for (const { clear } of states) await clear(rows);
  };
  return {
    url: new URL(`http://127.0.0.1:${port}`),
    states: statesFrom(handlers, begin),
    handlers,
    troubles: () => troubles,
    close: async () => {
      await service.close();
      await database.drop().catch((error: unknown) => {
        throw new FaultlineError('environment', `the database ${name} could not be dropped: ${String(error)}`);
      });
    },
  };
};
