/** `faultline contracts can-i-deploy`: whether a version works with what is deployed. */
import { EXIT } from '../../../base/errors.ts';
import { brokerFrom } from '../../../pact/broker/broker.ts';
import { canDeploy } from '../../../pact/broker/deployment.ts';
import type { DeployAnswer, MatrixRow } from '../../../pact/broker/deployment.ts';
import type { Command } from '../../context.ts';
import { writeLines } from '../../io.ts';
import { pacticipantsOf } from './pacticipants.ts';
import type { DeploymentArguments } from './pacticipants.ts';

const HEAD = ['consumer', 'version', 'provider', 'version', 'verified'] as const;

const cellsOf = (row: MatrixRow): readonly string[] => [
  row.consumer,
  row.consumerVersion,
  row.provider,
  row.providerVersion ?? '-',
  row.verified,
];

const table = (rows: readonly MatrixRow[]): readonly string[] => {
  const lines = [HEAD, ...rows.map(cellsOf)];
  const widths = HEAD.map((_, i) => Math.max(...lines.map((cells) => cells[i]?.length ?? 0)));
  return lines.map((cells) => `  ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ')}`.trimEnd());
};

const WORDS: Readonly<Record<DeployAnswer['deployable'], string>> = {
  yes: 'may be deployed to',
  no: 'must not be deployed to',
  unknown: 'is not verified yet for',
};

/** A no outweighs what is not known yet. */
const exitCodeOf = (answers: readonly DeployAnswer[]): number => {
  if (answers.some(({ deployable }) => deployable === 'no')) return EXIT.failed;
  return answers.some(({ deployable }) => deployable === 'unknown') ? EXIT.unknown : EXIT.ok;
};

export const canIDeploy: Command<[DeploymentArguments]> = async ({ io }, given) => {
  const broker = brokerFrom(given.broker, io.env);
  const answers: DeployAnswer[] = [];
  for (const pacticipant of await pacticipantsOf(io, given))
    answers.push(await canDeploy(broker, pacticipant, given.environment, io.env));
  for (const { pacticipant, deployable, reason, rows } of answers) {
    writeLines(
      io.stdout,
      `${pacticipant.name} ${pacticipant.version} ${WORDS[deployable]} ${given.environment}`,
      ...reason.split('\n').map((line) => `  ${line}`),
      ...(rows.length > 0 ? table(rows) : []),
    );
  }
  return exitCodeOf(answers);
};
