/** The shop's workers: right ones in three designs, and five editions with a defect each, which the set's name says. */
import type { ConfigInput, WorkerInput, WorkerSetInput } from '../../harness/config/define.ts';
import { orderToShipment } from './pipeline.ts';

/** How each is set wrong, for the scenarios that do so: the mailer would read what it has written itself. */
const misconfigured = (role: string): NonNullable<WorkerInput['misconfigured']> => ({
  'wrong-topic': { TOPIC: role === 'mailer' ? 'unworkable-events' : 'customer-mail' },
  'new-group': { GROUP: `${role}-misconfigured` },
});

const inNode = (role: string, edition: string): WorkerInput => ({
  role,
  command: [process.execPath, 'workers/worker.mjs', role, edition],
  misconfigured: misconfigured(role),
});

const setOf = (edition: string): WorkerSetInput => ({
  workers: ['planner', 'dispatcher', 'mailer'].map((role) => inNode(role, edition)),
});

const config: ConfigInput = {
  pipeline: orderToShipment,
  workers: {
    right: setOf('right'),
    direct: setOf('direct'),
    python: {
      workers: [
        inNode('planner', 'right'),
        inNode('dispatcher', 'right'),
        { role: 'mailer', command: ['python3', 'workers/mailer.py'], misconfigured: misconfigured('mailer') },
      ],
      note: 'the mailer in Python: pip install -r workers/requirements.txt',
    },
    'marks-first': setOf('marks-first'),
    'tells-first': setOf('tells-first'),
    'tells-another': setOf('tells-another'),
    swallows: setOf('swallows'),
    'gives-up-twice': setOf('gives-up-twice'),
  },
  database: { schema: 'schema.sql' },
  scenarios: ['scenarios'],
};

export default config;
