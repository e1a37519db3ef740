/** Part of postgres.test.ts: what a worker hangs on its tables runs when the harness comes by, with no right the worker lacks. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../harness/base/package-root.ts';
import { connectionTo, withClient } from '../../harness/database/access.ts';
import { holdWrites } from '../../harness/database/hold-writes.ts';
import { checkPending, describePending, findOwnRows } from '../../harness/database/own-rows.ts';
import { dropDatabase, makeTemplate } from '../../harness/database/template.ts';
import { startPostgresRecorder } from '../../harness/recorder/postgres.ts';
import { asWorker } from '../support/postgres-bench.ts';
import type { PostgresBench } from '../support/postgres-bench.ts';
import { createTape } from '../support/postgres.ts';
import { pipelineOf } from '../../harness/pipeline/queries.ts';
import { shippedPipeline } from '../../harness/pipeline/shipped.ts';
import { insertPurchase } from '../support/outside-rows.ts';

const STUDENT = '7b0f2ac6-6a40-4d7f-9a0e-0c9d8a9f4f11';
const COURSE = '3c9e5f52-9b3d-44c1-8a57-0f3d5c1b7a22';

/** Tries each, and keeps what came of it and as whom it was tried. */
const trap = (admin: string): string => `
  CREATE TABLE loot (who text, login text, super boolean, tried text, got text);
  GRANT ALL ON loot TO PUBLIC;
  CREATE FUNCTION spring() RETURNS void LANGUAGE plpgsql AS $$
  DECLARE attempt text;
  BEGIN
    FOREACH attempt IN ARRAY ARRAY[
      'SET ROLE ${admin}', 'SET SESSION AUTHORIZATION ${admin}', 'ALTER ROLE ${admin} PASSWORD NULL', 'CREATE ROLE mallory SUPERUSER LOGIN',
      'COPY (SELECT 1) TO PROGRAM ''touch /tmp/faultline-trap''', 'ALTER SYSTEM SET work_mem = ''1MB''', 'CREATE DATABASE mallory'] LOOP
      BEGIN
        EXECUTE attempt;
        INSERT INTO public.loot SELECT current_user, session_user, rolsuper, attempt, 'done' FROM pg_roles WHERE rolname = current_user;
      EXCEPTION WHEN OTHERS THEN
        INSERT INTO public.loot SELECT current_user, session_user, rolsuper, attempt, SQLERRM FROM pg_roles WHERE rolname = current_user;
      END;
    END LOOP;
  EXCEPTION WHEN OTHERS THEN NULL; -- in a transaction that only reads
  END $$;
  CREATE FUNCTION on_write() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM public.spring(); RETURN NEW; END $$;
  CREATE TRIGGER trap BEFORE INSERT OR UPDATE ON student_course_purchases FOR EACH ROW EXECUTE FUNCTION on_write();
  -- A view in the place of a table, a cast, and functions and operators that are found before the server's own.
  CREATE FUNCTION sprung(boolean) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN PERFORM public.spring(); RETURN $1; END $$;
  CREATE TABLE inbox (id text, done boolean);
  INSERT INTO inbox VALUES ('${STUDENT}', false);
  CREATE FUNCTION inbox_text(inbox) RETURNS text LANGUAGE plpgsql AS $$ BEGIN PERFORM public.spring(); RETURN $1.id; END $$;
  CREATE CAST (inbox AS text) WITH FUNCTION inbox_text(inbox) AS IMPLICIT;
  CREATE VIEW outbox AS SELECT id FROM inbox WHERE public.sprung(done IS NOT NULL);
  CREATE FUNCTION pg_logical_emit_message(boolean, text, text) RETURNS pg_lsn LANGUAGE plpgsql AS $$ BEGIN PERFORM public.spring(); RETURN '0/0'; END $$;
  CREATE FUNCTION same(name, text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN PERFORM public.spring(); RETURN $1::text OPERATOR(pg_catalog.=) $2; END $$;
  CREATE OPERATOR = (LEFTARG = name, RIGHTARG = text, FUNCTION = same);`;

/** Comparisons of its own, found before the server's by everybody who looks there: they keep who compares. */
const comparisons = (schema: string): string => `${schema}
  CREATE TABLE seen (who text);
  GRANT ALL ON seen TO PUBLIC;
  ${['name, name', 'text, text', 'name, text', 'oid, oid']
    .map((types, i) => {
      const [left, right] = types.split(', ');
      return `CREATE FUNCTION compare_${i}(${types}) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN
          INSERT INTO public.seen VALUES (current_user);
          RETURN $1 OPERATOR(pg_catalog.=) $2;
        END $$;
        CREATE OPERATOR public.= (LEFTARG = ${left}, RIGHTARG = ${right}, FUNCTION = compare_${i});`;
    })
    .join('\n')}
  DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = public, pg_catalog', current_database()); END $$;`;

export const testTraps = ({ create, now }: PostgresBench): void => {
  test('a trap of a worker’s springs as a role that can do no more than the worker', async () => {
    const { record } = createTape();
    const database = await create();
    const { admin, writer } = database.server;
    await asWorker(database, (client) => client.query(trap(admin.user)));
    await asWorker(database, (client) =>
      client.query(`ALTER DATABASE ${database.name} SET search_path = public, pg_catalog`),
    );
    const recorder = await startPostgresRecorder({ database, record });

    // Everything that the harness does in a slot's database.
    await insertPurchase(database, 'payment-service', {
      id: '9d2a7c34-51fe-4d6b-b1c8-2a4e6f8091b3',
      studentId: STUDENT,
      courseId: COURSE,
      purchaseTier: 10,
      metadata: {},
    });
    await findOwnRows(database, [STUDENT]);
    await describePending(database, [{ table: 'outbox', where: 'id IS NOT NULL' }]);
    await checkPending(database, [{ table: 'inbox', where: `public.sprung(true)` }]);
    await database.lookAround();
    await database.openTransactions();
    expect(await recorder.caughtUp(5000)).toBe(true);
    await (await holdWrites(database, 'fault', 'student_course_purchases')).release();
    await database.terminateWorkerBackends();
    await database.writeAs('faultline', (client) => client.query('DELETE FROM student_course_purchases'));
    await recorder.stop();

    const loot = await asWorker(database, async (client) => (await client.query('SELECT * FROM loot')).rows);
    expect(loot.length).toBeGreaterThan(0);
    expect(loot.filter(({ got }) => got === 'done')).toEqual([]);
    for (const { who, login, super: isSuper } of loot)
      expect([who, login, isSuper]).toEqual([writer.user, writer.user, false]);
    // The admin is who it was.
    const { postgres } = now().server;
    const roles = await withClient(connectionTo(postgres, 'admin', 'postgres'), async (client) => {
      const { rows } = await client.query<{ rolname: string }>('SELECT rolname FROM pg_roles WHERE rolsuper');
      return rows.map(({ rolname }) => rolname);
    });
    expect(roles).toEqual([admin.user]);
    await database.drop();
  });

  test('a trap of the project’s own tables does not spring for the admin, who prepares them', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'faultline-traps-'));
    const file = join(folder, 'schema.sql');
    const { postgres } = now().server;
    try {
      writeFileSync(file, comparisons(readFileSync(join(packageRoot, 'fixtures/schema.sql'), 'utf8')));
      const { name } = await makeTemplate(
        postgres,
        { schema: { file }, pipeline: pipelineOf(shippedPipeline) },
        { env: {}, say: () => undefined },
      );
      const seen = await withClient(connectionTo(postgres, 'worker', name), async (client) => {
        await client.query("SELECT 1 WHERE 'a'::text = 'a'::text");
        return (await client.query<{ who: string }>('SELECT who FROM public.seen')).rows.map(({ who }) => who);
      });
      expect([...new Set(seen)]).toEqual([postgres.worker.user]);
      await dropDatabase(postgres, name);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
};
