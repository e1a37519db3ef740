/** The service answers as it did there: with an error, not at all, or with a success behind which there is no row. */
import { lastAnswer } from '../../../diagnosis/answers.ts';
import type { StageFacts } from '../../../diagnosis/stage.ts';
import { beganBy, beginWith } from '../begin.ts';
import { SUBJECT, always, isUnforced } from '../forcing.ts';
import type { Force, Forcing, Unforced } from '../forcing.ts';
import { stageOf } from '../situation.ts';
import type { Situation } from '../situation.ts';
import { rowlessAnswer, rowlessBehaviour, serviceNamed } from './rowless.ts';

type Answers = Omit<Forcing, 'act'>;

const EXPECTED = [always({ id: 'api-failing' })] as const;

const USUAL_ERROR = 500;

const failing = (situation: Situation, service: string, status: number): Answers => ({
  faults: [
    { kind: 'api-behaviour', ...serviceNamed(situation, service), behaviour: 'fails', subject: SUBJECT, status },
  ],
  observeUntil: { answered: { status } },
  during: EXPECTED,
});

const silent = (situation: Situation, service: string, { role }: StageFacts): Answers => ({
  faults: [{ kind: 'api-behaviour', ...serviceNamed(situation, service), behaviour: 'refuses', subject: SUBJECT }],
  observeUntil: { all: [{ requested: {} }, { decided: { worker: role } }] },
  during: EXPECTED,
  otherwise: ['for how long an answer was waited for is not kept: here each call is turned away without one'],
});

/** Only what is no success can be answered by every stub. */
const isError = (status: number): boolean => status >= 400 && status < 600;

/** Without how the payment comes to it. */
export const answersOf = (situation: Situation, stage: StageFacts, service: string): Answers | Unforced => {
  const answer = lastAnswer(stage.calls);
  const status = stage.calls.findLast(({ response }) => response !== undefined)?.response?.status ?? 0;
  if (answer?.kind === 'success') {
    const behaviour = rowlessBehaviour(situation, service);
    return behaviour === undefined
      ? { unforced: `no behaviour of ${service} is declared to answer as if there were a row (\`rowless\`)` }
      : {
          ...rowlessAnswer(situation, stage, { service, behaviour }),
          kept: [`that ${service} answered with a success, and made no row`],
        };
  }
  if (answer?.kind === 'error' && isError(status))
    return { ...failing(situation, service, status), kept: [`the status that ${service} answered: ${status}`] };
  if (answer?.kind === 'none') return silent(situation, service, stage);
  const words = answer?.kind === 'error' ? `${service} answered ${status}` : `what ${service} answered is not known`;
  return { ...failing(situation, service, USUAL_ERROR), otherwise: [`${words}; here it answers ${USUAL_ERROR}`] };
};

export const forceApiFailing: Force = (situation, cause) => {
  const stage = stageOf(situation, cause);
  const { role, declared } = stage;
  if (declared.calls === undefined) return { unforced: `${role} calls no service` };
  const begins = beganBy(situation, role);
  if (typeof begins !== 'string') return begins;
  const answers = answersOf(situation, stage, declared.calls);
  return isUnforced(answers) ? answers : { ...answers, act: [beginWith(situation, begins)] };
};
