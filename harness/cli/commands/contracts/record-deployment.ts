/** `faultline contracts record-deployment`: the broker learns what runs where. */
import { EXIT } from '../../../base/errors.ts';
import { brokerFrom } from '../../../pact/broker/broker.ts';
import { recordDeployments } from '../../../pact/broker/deployment.ts';
import type { Command } from '../../context.ts';
import { writeLines } from '../../io.ts';
import { pacticipantsOf } from './pacticipants.ts';
import type { DeploymentArguments } from './pacticipants.ts';

export const recordDeployment: Command<[DeploymentArguments]> = async ({ io }, given) => {
  const broker = brokerFrom(given.broker, io.env);
  const pacticipants = await pacticipantsOf(io, given);
  await recordDeployments(broker, pacticipants, given.environment, io.env);
  for (const { name, version } of pacticipants)
    writeLines(io.stdout, `recorded at ${broker.url}: ${name} ${version} is deployed to ${given.environment}`);
  return EXIT.ok;
};
