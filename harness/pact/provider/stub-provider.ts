/** The stub of admin-service as a provider to be verified: its own port, a database of its own, states as real rows. */
import { randomUUID } from 'node:crypto';
import type { PostgresAddress } from '../../addresses/address.ts';
import { uuidFrom } from '../../base/uuid-from.ts';
import { FaultlineError } from '../../base/errors.ts';
import type { Config, SchemaSource } from '../../config/types.ts';
import { createSlotDatabase } from '../../database/database.ts';
import type { SlotDatabase } from '../../database/slot-database.ts';
import { naming } from '../../services/rules.ts';
import { openService } from '../../services/service.ts';
import type { Service, ServiceOptions } from '../../services/service.ts';
import { PROVIDER } from '../operation.ts';
import type { ProviderStateName } from '../states.ts';
import { statesFrom } from './states.ts';
import type { ProviderStates, StateHandler } from './states.ts';

/** Who the rows of a state are written by. */
const WRITER = 'faultline';

interface Pair {
  readonly studentId: string;
  readonly courseId: string;
}

type Params = Readonly<Record<string, unknown>>;

const textIn = (params: Params, name: string): string => {
  const value = params[name];
  if (typeof value !== 'string') throw new Error(`the parameter ${name} is missing`);
  return value;
};

const pairIn = (params: Params): Pair => ({
  studentId: textIn(params, 'studentId'),
  courseId: textIn(params, 'courseId'),
});

interface Parts {
  readonly database: SlotDatabase;
  readonly service: Service;
}

/** Writes an allocation of before. */
const insert = async (
  { database }: Parts,
  params: Params,
  { status, trainerId }: { readonly status: string; readonly trainerId: string | null },
): Promise<void> => {
  const { studentId, courseId } = pairIn(params);
  const allocatedBy = trainerId === null ? null : uuidFrom('administrator', 'provider state');
  await database.writeAs(WRITER, (client) =>
    client.query(
      `INSERT INTO trainer_allocations
         (id, student_id, course_id, trainer_id, status, requested_by, requested_at, allocated_by, allocated_at, metadata)
       VALUES ($1, $2, $3, $4, $5, $2, now(), $6, CASE WHEN $6::uuid IS NULL THEN NULL ELSE now() END, '{}')`,
      [textIn(params, 'allocationId'), studentId, courseId, trainerId, status, allocatedBy],
    ),
  );
};

/** What no row can bring about is a behaviour of the stub. */
const behave = ({ service }: Parts, params: Params, behaviour: string): void =>
  void service.behave(naming(pairIn(params).studentId), { behaviour });

const PENDING = { status: 'pending', trainerId: null } as const;
const APPROVED = { status: 'approved', trainerId: uuidFrom('trainer', 'provider state') } as const;

/** Every interaction begins with no rows and no behaviours, so that a state only adds. */
const SETUPS: Readonly<Record<ProviderStateName, (parts: Parts, params: Params) => Promise<void>>> = {
  'a trainer is free': (_, params) => Promise.resolve(void pairIn(params)),
  'no trainer is free': (parts, params) => Promise.resolve(behave(parts, params, 'no-trainer')),
  'the student has a trainer for the course already': (parts, params) => insert(parts, params, APPROVED),
  'a pending allocation waits and a trainer is free': (parts, params) => insert(parts, params, PENDING),
  'a pending allocation waits and no trainer is free': async (parts, params) => {
    await insert(parts, params, PENDING);
    behave(parts, params, 'no-trainer');
  },
  'the allocation fails': (parts, params) => Promise.resolve(behave(parts, params, 'fails')),
};

export interface StubProvider {
  readonly url: URL;
  readonly states: ProviderStates;
  /** The stub's own troubles since it was opened: a stub that could not reach its database proves nothing. */
  troubles(): readonly string[];
  /** Its handlers, for tests that leave one out. */
  readonly handlers: Readonly<Record<string, StateHandler>>;
  close(): Promise<void>;
}

/** Opens the stub with a new database in this environment; `close` drops it. */
export const openStubProvider = async (options: {
  readonly environment: { readonly postgres: PostgresAddress };
  readonly schema: SchemaSource;
  /** Of whose service the stub is. */
  readonly config: Pick<Config, 'pipeline' | 'stubs'>;
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
  const { pipeline, stubs } = options.config;
  const stub = stubs[PROVIDER];
  if (stub === undefined)
    throw new FaultlineError(
      'config',
      `the pipeline ${pipeline.name} has no stub of ${PROVIDER}`,
      'Its contract can be verified only there.',
    );
  const database = await createSlotDatabase({ ...options, pipeline, name, record });
  const service = openService({ pipeline, name: PROVIDER, stub, database: () => database, record });
  const port = await service.listenFor('allocation-worker');
  const parts: Parts = { database, service };
  const handlers = Object.fromEntries(
    Object.entries(SETUPS).map(([state, setUp]): [string, StateHandler] => [
      state,
      async (params) => {
        await setUp(parts, params);
        return undefined;
      },
    ]),
  );
  const begin = async (): Promise<void> => {
    await service.reset();
    await database.writeAs(WRITER, (client) => client.query('DELETE FROM trainer_allocations'));
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
