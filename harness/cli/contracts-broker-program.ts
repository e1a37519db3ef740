/** The commands of `faultline contracts` that publish pacts and ask about deployments. */
import type { Command as Program, OptionValues } from '@commander-js/extra-typings';
import type { CommandContext } from './context.ts';
import { PACTS_DEFAULT, addBrokerOptions, brokerOf, several } from './contracts-options.ts';
import type { Finish } from './contracts-options.ts';

/** Adds `publish`. */
export const addPublish = (contracts: Program, context: CommandContext, finish: Finish): void => {
  const command = contracts
    .command('publish')
    .description('publish the pacts to the broker; pacts of the reference workers go there as faultline-reference-…')
    .option('--pacts <dir>', `folder of the pact files (${PACTS_DEFAULT})`)
    .addOption(
      several('--consumer <name>', 'only pacts of this consumer; several times for several').default([], 'all'),
    )
    .option('--consumer-version <version>', "default: the git commit of the workers' folder")
    .option('--branch <branch>', "default: the git branch of the workers' folder")
    .addOption(several('--tag <tag>', 'tag of the version; several times for several'))
    .option('--build-url <url>', 'link to the build that made the pacts')
    .option('--allow-dirty', 'publish although the worktree has changes that are not committed', false)
    .option('--dry-run', 'only show what would go where; nobody is contacted', false);
  addBrokerOptions(command).action(async (flags) => {
    const { publish } = await import('./commands/contracts/publish.ts');
    finish(
      await publish(context, {
        pacts: flags.pacts,
        consumers: flags.consumer,
        consumerVersion: flags.consumerVersion,
        branch: flags.branch,
        tags: flags.tag,
        buildUrl: flags.buildUrl,
        allowDirty: flags.allowDirty,
        dryRun: flags.dryRun,
        broker: brokerOf(flags),
      }),
    );
  });
};

const addPacticipantOptions = <Args extends unknown[], Options extends OptionValues>(command: Program<Args, Options>) =>
  command
    .addOption(
      several('--pacticipant <name>', 'name at the broker; several times for several').default(
        [],
        'the workers that have pacts in --pacts',
      ),
    )
    .option('--pacticipant-version <version>', "default: the git commit of the workers' folder")
    .option('--pacts <dir>', `folder of the pact files (${PACTS_DEFAULT})`);

/** Adds `can-i-deploy` and `record-deployment`. */
export const addDeployment = (contracts: Program, context: CommandContext, finish: Finish): void => {
  const ask = contracts
    .command('can-i-deploy')
    .description('ask the broker whether a version works with what is deployed: 0 yes, 1 no, 3 not verified yet')
    .requiredOption('--to-environment <name>', 'where it is to be deployed');
  addBrokerOptions(addPacticipantOptions(ask)).action(async (flags) => {
    const { canIDeploy } = await import('./commands/contracts/can-i-deploy.ts');
    finish(
      await canIDeploy(context, {
        pacts: flags.pacts,
        pacticipants: flags.pacticipant,
        version: flags.pacticipantVersion,
        environment: flags.toEnvironment,
        broker: brokerOf(flags),
      }),
    );
  });
  const record = contracts
    .command('record-deployment')
    .description('tell the broker that a version is deployed now')
    .requiredOption('--environment <name>', 'where it is deployed');
  addBrokerOptions(addPacticipantOptions(record)).action(async (flags) => {
    const { recordDeployment } = await import('./commands/contracts/record-deployment.ts');
    finish(
      await recordDeployment(context, {
        pacts: flags.pacts,
        pacticipants: flags.pacticipant,
        version: flags.pacticipantVersion,
        environment: flags.environment,
        broker: brokerOf(flags),
      }),
    );
  });
};
