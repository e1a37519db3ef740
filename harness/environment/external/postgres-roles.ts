/** Roles of a run's own on somebody's PostgreSQL: what workers do there they do as one that can do nothing else. */
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { makeWriter } from '../embedded/postgres-command.ts';
import { refused } from './refused.ts';
import { scramVerifier } from './scram.ts';

export interface Credentials {
  readonly user: string;
  readonly password: string;
}

export interface Roles {
  readonly worker: Credentials;
  /** What the harness does in the workers' databases it does as this member of that role. */
  readonly writer: Credentials;
}

const { escapeIdentifier } = pg;

/** SQLSTATE insufficient_privilege. */
const NO_RIGHT = '42501';
const codeOf = (error: unknown): string | undefined => (error as { readonly code?: string } | null)?.code;
const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/**
 * Makes them. Undefined where the admin may make no roles, and only then: workers would have its rights for a reason that
 * nobody knows of. Errors: FaultlineError 'environment' when the server refuses them otherwise; none is left then, or it is named
 * @param mayConnect tries to log in as one
 */
export const makeRoles = async (
  client: pg.Client,
  facts: { readonly createRole: boolean; readonly superuser: boolean },
  prefix: string,
  mayConnect: (role: Credentials) => Promise<void>,
): Promise<Roles | undefined> => {
  if (!facts.createRole) return undefined;
  const [worker, writer] = ['worker', 'writer'].map((name) => ({
    user: `${prefix}${name}`,
    password: randomBytes(18).toString('hex'),
  })) as [Credentials, Credentials];
  const [workerName, writerName] = [escapeIdentifier(worker.user), escapeIdentifier(writer.user)];
  let made = false;
  const unmake = async (): Promise<string> => {
    if (!made) return '';
    return client.query(`DROP ROLE IF EXISTS ${writerName}; DROP ROLE ${workerName}`).then(
      () => '',
      (error: unknown) => `; the role ${worker.user} stays: ${wordsOf(error)}`,
    );
  };
  try {
    await client.query(`CREATE ROLE ${workerName} LOGIN PASSWORD '${scramVerifier(worker.password)}'`);
    made = true;
    if (!facts.superuser) await client.query(`GRANT ${workerName} TO CURRENT_USER`);
    await client.query(makeWriter(writerName, scramVerifier(writer.password), workerName));
  } catch (error) {
    const left = await unmake();
    if (codeOf(error) === NO_RIGHT && left === '' && !facts.superuser) return undefined;
    throw refused(
      `PostgreSQL makes no roles for the workers: ${wordsOf(error)}${left}`,
      'Let the role make roles with passwords, or name one without CREATEROLE: workers then have its rights.',
    );
  }
  for (const role of [worker, writer])
    try {
      await mayConnect(role);
    } catch (error) {
      // It was let in, though not into the admin's own database: the workers' will be theirs.
      if (codeOf(error) === NO_RIGHT) continue;
      throw refused(
        `PostgreSQL does not let in the role ${role.user}, which was made for the workers: ${wordsOf(error)}${await unmake()}`,
        'Let roles that begin with faultline_ in with a password (pg_hba.conf), or name an admin without CREATEROLE: workers then have its rights.',
      );
    }
  return { worker, writer };
};
