/** For tests only: results and a history in which whatever a worker, a broker or a row can name is a hostile text. */
import { formatEvent } from '../../history/file.ts';
import { createSealer } from '../../history/seal.ts';
import type { NewEvent } from '../../history/events.ts';
import { historyWith } from '../../reporters/testing/results.ts';
import type { TrialResult } from '../../verdict/result.ts';

/** What acts on a terminal, a CI service, XML, Markdown or JSON, or passes for a line of ours. */
export const EVIL =
  '\u001B[2J\0\u0085\u202E\u2028\u{E0041}\r\n::error::forged\n✓ forged\n##[error]x\n]]></system-out><x a="1">&b;\'\n~~~\n| `c` @team';

const log = (line: string): NewEvent<'process.log'> => ({
  kind: 'process.log',
  source: 'process',
  worker: 'purchase-worker',
  pid: 1,
  stream: 'stderr',
  line,
});

const LINES = historyWith(
  log(`error: ${EVIL}`),
  log(JSON.stringify({ level: 'error', msg: EVIL, [EVIL]: EVIL })),
  { kind: 'process.ready', source: 'process', worker: 'purchase-worker', pid: 1, how: EVIL } as unknown as NewEvent,
  {
    kind: 'kafka.record',
    source: 'kafka',
    topic: EVIL,
    partition: 0,
    offset: 1,
    timestamp: 0,
    key: EVIL,
    headers: { [EVIL]: EVIL },
    value: { text: EVIL },
    json: { [EVIL]: EVIL },
  },
  {
    kind: 'postgres.commit',
    source: 'postgres',
    lsn: '0000000000000001',
    xid: 1,
    committedAt: 0,
    writer: EVIL,
    changes: [{ table: EVIL, op: 'insert', row: { [EVIL]: EVIL } }],
  },
  { kind: 'postgres.seen', source: 'postgres', notes: [EVIL] },
).map(formatEvent);

export const EVIL_HISTORY = LINES.join('');

/** That result, judged of that history. */
export const evilResult = (result: TrialResult): TrialResult => {
  const sealer = createSealer();
  LINES.forEach(sealer.add);
  const { verdict } = result;
  const said = { message: EVIL, subject: EVIL, evidence: [2, 3, 4, 5, 6] };
  return {
    ...result,
    title: EVIL,
    sealed: sealer.seal(),
    verdict: {
      ...verdict,
      unknown: verdict.unknown.map(() => EVIL),
      during: {
        expectation: { ...verdict.during.expectation, message: EVIL },
        causes: verdict.during.causes.map((cause) => ({
          ...cause,
          ...said,
          checks: [{ question: EVIL, answer: EVIL, readFrom: EVIL, evidence: [2] }],
        })),
      },
      invariants: verdict.invariants.map((report) => ({
        ...report,
        findings: report.findings.map((finding) => ({ ...finding, ...said, worker: EVIL })),
        notes: [{ ...said }],
      })),
      faults: [...verdict.faults, { kind: EVIL, fired: false }],
    },
  };
};

/** What is wrong with it as XML 1.0 without a DTD; undefined: nothing. */
export const xmlProblem = (text: string): string | undefined => {
  const open: string[] = [];
  let at = text.startsWith('<?xml') ? text.indexOf('?>') + 2 : 0;
  const part =
    /<!\[CDATA\[[^]*?\]\]>|<!--[^]*?-->|<(\/?)([A-Za-z][\w.-]*)((?:\s+[\w:-]+="(?:[^<"&]|&(?:[a-z]+|#\w+);)*")*)\s*(\/?)>|(?:[^<&]|&(?:amp|lt|gt|quot|apos|#\d+|#x[\dA-Fa-f]+);)+/y;
  while (at < text.length) {
    part.lastIndex = at;
    const found = part.exec(text);
    if (found === null) return `at ${at}: ${text.slice(at, at + 40)}`;
    const [whole, end, name, , empty] = found;
    if (name !== undefined && end === '/' && open.pop() !== name) return `at ${at}: ${whole} ends nothing`;
    if (name !== undefined && end === '' && empty === '') open.push(name);
    at += whole.length;
  }
  return open.length === 0 ? undefined : `${open.join(', ')} not ended`;
};
