/** Roles for the workers on a server of somebody's. */
import pg from 'pg';
import { expect, it } from 'vitest';
import { makeRoles } from '../../harness/environment/external/postgres-roles.ts';
import { joinPostgres } from '../../harness/environment/external/postgres-server.ts';
import { withClient, connectionTo } from '../../harness/database/access.ts';
import type { usePostgres } from '../support/postgres-bench.ts';

export const testOwnRoles = ({ now }: ReturnType<typeof usePostgres>): void => {
  it('are made and let in; none stays, and nobody gets the admin’s rights, where the server refuses otherwise', async () => {
    const server = now().server.postgres;
    const { host, port } = server;
    await withClient(connectionTo(server, 'admin', 'postgres'), async (client) => {
      const tried: string[] = [];
      const make = (facts: object = {}, by = client, refusal?: object) =>
        makeRoles(by, { createRole: true, superuser: true, ...facts }, 'faultline_t_', async ({ user }) => {
          tried.push(user);
          if (refusal !== undefined) throw Object.assign(new Error('not you'), refusal);
        });
      const names = async () =>
        (
          await client.query<{ rolname: string }>(
            "SELECT rolname FROM pg_roles WHERE rolname ~ '^faultline_t_' ORDER BY 1",
          )
        ).rows.map(({ rolname }) => rolname);
      const drop = () => client.query('DROP ROLE faultline_t_writer; DROP ROLE faultline_t_worker');

      await client.query('SET default_transaction_read_only = on');
      await expect(make()).rejects.toMatchObject({
        code: 'environment',
        message: expect.stringMatching(/makes no roles .*read-only/),
      });
      await client.query('SET default_transaction_read_only = off');
      for (const code of ['28000', '28P01'])
        await expect(make({}, client, { code })).rejects.toMatchObject({
          message: expect.stringMatching(/does not let in .*not you/),
        });
      expect(await names()).toEqual([]);

      // Let in, though not into this database.
      expect(await make({}, client, { code: '42501' })).toBeDefined();
      await drop();
      tried.length = 0;
      expect((await make())?.worker.user).toBe('faultline_t_worker');
      expect(await names()).toEqual(['faultline_t_worker', 'faultline_t_writer']);
      expect(tried).toEqual(['faultline_t_worker', 'faultline_t_writer']);
      // The half that was there before is not taken away by one that could not be made.
      await expect(make()).rejects.toMatchObject({ message: expect.stringMatching(/already exists/) });
      expect(await names()).toHaveLength(2);
      await drop();

      await client.query("CREATE ROLE powerless LOGIN PASSWORD 'power-less-3'");
      const powerless = new pg.Client({
        host,
        port,
        database: 'postgres',
        user: 'powerless',
        password: 'power-less-3',
      });
      await powerless.connect();
      expect(await make({ createRole: false, superuser: false }, powerless)).toBeUndefined();
      expect(await make({ superuser: false }, powerless)).toBeUndefined();
      await powerless.end();
      await client.query('DROP ROLE powerless');
    });
  });

  it('are asked for and taken away by the server’s own functions, whatever somebody made with the same names', async () => {
    const { admin, host, port } = now().server.postgres;
    await withClient(connectionTo(now().server.postgres, 'admin', 'postgres'), (client) =>
      client.query('CREATE DATABASE trapped'),
    );
    try {
      await withClient(connectionTo(now().server.postgres, 'admin', 'trapped'), (client) =>
        client.query(`
          CREATE TABLE public.seen (what text);
          CREATE FUNCTION public.starts_with(name, text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN
            INSERT INTO public.seen VALUES ('starts_with'); RETURN pg_catalog.starts_with($1::text, $2); END $$;
          CREATE FUNCTION public.pg_is_in_recovery() RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN
            INSERT INTO public.seen VALUES ('pg_is_in_recovery'); RETURN false; END $$;
          ALTER DATABASE trapped SET search_path = public, pg_catalog`),
      );
      const joined = await joinPostgres(
        { host, port, ...admin, database: 'trapped', tls: undefined, plaintext: false },
        () => undefined,
        () => undefined,
      );
      await joined.leave();
      const seen = await withClient(connectionTo(now().server.postgres, 'admin', 'trapped'), (client) =>
        client.query('SELECT what FROM public.seen'),
      );
      expect(seen.rows).toEqual([]);
    } finally {
      await withClient(connectionTo(now().server.postgres, 'admin', 'postgres'), (client) =>
        client.query('DROP DATABASE trapped WITH (FORCE)'),
      );
    }
  });
};
