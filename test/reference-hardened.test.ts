/**
 * What the hardened reference workers survive, as processes, against real Kafka and PostgreSQL. What is tested stands in
 * reference-hardened/: one file of tests for all of it, because each starts an environment.
 */
import { describe } from 'vitest';
import { testAnswers } from './reference-hardened/answers.ts';
import { testLifeAndDeath } from './reference-hardened/life-and-death.ts';
import { testMissingTopic } from './reference-hardened/missing-topic.ts';
import { testPoison } from './reference-hardened/poison.ts';
import { useBench } from './support/reference-bench.ts';

const bench = useBench();

describe('allocation-worker/hardened, whatever admin-service answers', () => testAnswers(bench));
describe('allocation-worker/hardened, life and death', () => testLifeAndDeath(bench));
describe('a poison event', () => testPoison(bench));
// Last, because topics made anew do not suit the clients that the other tests share.
describe('purchase-worker without the topic purchase-created', () => testMissingTopic(bench));
