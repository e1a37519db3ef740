/** What a hostile worker does besides its work: loaded into a right one before it begins. */
import { AT_WORK, once } from './once.ts';

export interface Act {
  readonly name: string;
  /** JavaScript, as a module; `every` runs it again and again while the worker lives. */
  readonly code: string;
  /** What the run must say of it: its report, the verdicts' reasons, or what was seen besides. */
  readonly says?: RegExp;
  /** Exit codes that are right. Default: passed, and unknown; its work is right, so nothing is violated. */
  readonly codes?: readonly number[];
}

const every = (ms: number, code: string): string => `setInterval(() => { ${code} }, ${ms}).unref();`;

const write = (what: string): string => `try { writeSync(1, ${what}); } catch {}`;

const fs = "import { writeSync } from 'node:fs';";
const net = "import { connect } from 'node:net';";
const http = "import http from 'node:http'; const api = new URL(process.env.ADMIN_SERVICE_URL);";
const broker = "const [host, port] = process.env.KAFKA_BROKERS.split(',')[0].split(':');";
const database = 'const at = new URL(process.env.DATABASE_URL);';
const send = (host: string, port: string, what: string): string =>
  `const s = connect(Number(${port}), ${host}, () => s.end(${what})); s.on('error', () => {}); s.on('data', () => {});`;

/** 200 MB of `text`, as fast as they are read: what there is no room for is written later. */
const flood = `let left = 200 << 20; const more = () => { try { left -= writeSync(1, text); } catch {} if (left > 0) setTimeout(more, 1); }; more();`;
/** That it came about, and that so much was not kept. */
const LEFT_OUT = /\d+ lines? \(\d+ kB\) of its output left out/;

export const ACTS: readonly Act[] = [
  { name: 'nothing', code: '' },
  {
    name: 'log-flood',
    code: `${fs} const text = ('noise '.repeat(20) + '\\n').repeat(8000); ${once(AT_WORK, flood)}`,
    says: LEFT_OUT,
  },
  {
    name: 'line-without-end',
    code: `${fs} const text = Buffer.alloc(1 << 20, 120); ${once(AT_WORK, flood)}`,
    says: /cut: \d{8,} bytes/,
  },
  {
    name: 'binary',
    code: `import { randomBytes } from 'node:crypto'; ${fs} ${every(20, write('randomBytes(1 << 18)'))}`,
    says: LEFT_OUT,
  },
  {
    name: 'large-body',
    code: `${http} ${once(
      AT_WORK,
      `const r = http.request({ host: api.hostname, port: api.port, path: '/nowhere', method: 'POST' });
      r.on('error', () => {}); r.on('response', (a) => a.resume()); const part = Buffer.alloc(1 << 20, 120); let left = 100;
      const more = () => { while (left > 0) { left -= 1; if (!r.write(part)) { r.once('drain', more); return; } } r.end(); }; more();`,
    )}`,
  },
  {
    name: 'many-headers',
    code: `${http} ${every(200, "http.get({ host: api.hostname, port: api.port, path: '/nowhere', headers: Object.fromEntries(Array.from({ length: 1000 }, (_, i) => ['x-' + i, 'v'])) }, (a) => a.resume()).on('error', () => {});")}`,
  },
  {
    name: 'malformed-http',
    code: `${net} ${http} ${every(200, send('api.hostname', 'api.port', "'GET / HTTP/9.9\\r\\nbad\\u0000header\\r\\n\\r\\n'"))}`,
    says: /brought what is no HTTP to admin-service/,
  },
  {
    name: 'pipelining',
    code: `${net} ${http} ${every(500, send('api.hostname', 'api.port', "'GET /nowhere HTTP/1.1\\r\\nhost: x\\r\\n\\r\\n'.repeat(50)"))}`,
  },
  {
    name: 'garbage-to-broker',
    code: `${net} ${broker} ${every(300, send('host', 'port', "'GET / HTTP/1.0\\r\\n\\r\\n'"))}`,
  },
  {
    name: 'garbage-to-database',
    code: `${net} ${database} ${every(300, send('at.hostname', 'at.port', 'Buffer.alloc(64, 255)'))}`,
  },
  {
    name: 'connections',
    code: `${net} ${http} ${once(AT_WORK, "for (let i = 0; i < 500; i += 1) connect(Number(api.port), api.hostname).on('error', () => {}).unref();")}`,
    says: /5\d\d connections to admin-service open at once/,
  },
  {
    name: 'many-calls',
    code: `${http} const agent = new http.Agent({ keepAlive: true, maxSockets: 20 }); const body = JSON.stringify({
        studentId: '00000000-0000-4000-8000-000000000001', courseId: '00000000-0000-4000-8000-000000000002', timeSlot: 'x', date: 'y' });
      const call = () => http.request({ agent, host: api.hostname, port: api.port, method: 'POST', path: '/api/v1/admin/allocations/auto-assign',
        headers: { 'content-type': 'application/json', 'content-length': body.length } }, (a) => a.resume()).on('error', () => {}).end(body);
      ${once(AT_WORK, 'for (let i = 0; i < 5000; i += 1) call();')}`,
  },
  { name: 'ignores-signals', code: "process.on('SIGTERM', () => {}); process.on('SIGINT', () => {});" },
  {
    name: 'forks',
    code: `import { spawn } from 'node:child_process';
      for (let i = 0; i < 20; i += 1) spawn('sleep', ['300'], { detached: true, stdio: 'ignore' }).unref();`,
  },
];
