/** Stands for `psql ADDRESS -f FILE`, where none is installed: hands the file's statements to the server. */
import { readFileSync } from 'node:fs';
import pg from 'pg';

const [connectionString, , file] = process.argv.slice(2);
const client = new pg.Client({ connectionString });
await client.connect();
await client.query(readFileSync(file, 'utf8'));
await client.end();
