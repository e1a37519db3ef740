/** Roles for the workers on a server of somebody's. */
import { expect, it } from 'vitest';
import { makeRoles } from '../../harness/environment/external/postgres-server.ts';
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
};
