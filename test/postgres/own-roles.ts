/** Roles for the workers on a server of somebody's. */
import { expect, it } from 'vitest';
import { joinPostgres, makeRoles } from '../../harness/environment/external/postgres-server.ts';
import { withClient, connectionTo } from '../../harness/database/access.ts';
import type { usePostgres } from '../support/postgres-bench.ts';

export const testOwnRoles = ({ now }: ReturnType<typeof usePostgres>): void => {
  it('are made and let in, or, where the server refuses to make them, are none and leave none', async () => {
    const server = now().server.postgres;
    const tried: string[] = [];
    await withClient(connectionTo(server, 'admin', 'postgres'), async (client) => {
      const make = () =>
        makeRoles(
          client,
          { createRole: true, superuser: true },
          'faultline_t_',
          async ({ user }) => void tried.push(user),
        );
      const names = async () =>
        (
          await client.query<{ rolname: string }>(
            "SELECT rolname FROM pg_roles WHERE rolname ~ '^faultline_t_' ORDER BY 1",
          )
        ).rows.map(({ rolname }) => rolname);
      await client.query('SET default_transaction_read_only = on');
      expect(await make()).toBeUndefined();
      expect([tried, await names()]).toEqual([[], []]);
      await client.query('SET default_transaction_read_only = off');
      expect((await make())?.worker.user).toBe('faultline_t_worker');
      expect(await names()).toEqual(['faultline_t_worker', 'faultline_t_writer']);
      expect(tried).toEqual(['faultline_t_worker', 'faultline_t_writer']);
      await client.query('DROP ROLE faultline_t_writer; DROP ROLE faultline_t_worker');
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
