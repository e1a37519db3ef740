/** The command line of the contracts: `faultline contracts <command>`. What the commands do is in commands/contracts/. */
import type { Command as Program } from '@commander-js/extra-typings';
import { Option } from '@commander-js/extra-typings';
import { DEFAULT_ENVIRONMENT } from '../environment/start.ts';
import type { CommandContext } from './context.ts';
import { addDeployment, addPublish } from './contracts-broker-program.ts';
import { PACTS_DEFAULT, addBrokerOptions, brokerOf, several } from './contracts-options.ts';
import type { Finish } from './contracts-options.ts';
import { exitCodesHelp } from './exit-codes.ts';
import { parseEnvironment } from './values.ts';

const WORKFLOW = `
The team that owns the workers is the consumer of the API that they call (admin-service's), and writes and reads the messages:
  1. faultline contracts generate                        real workers run against Pact's mock server; pacts are written: commit them
  2. faultline contracts verify --messages               what the workers write and read is as the pacts say
  3. faultline contracts publish --dry-run               what would go to the broker; without --dry-run it goes there
     faultline contracts verify --messages --publish     and what its workers write, as a result at the broker
  4. faultline contracts can-i-deploy --to-environment production
                                                         before a deployment: 0 yes, 1 no, 3 not verified yet
  5. faultline contracts record-deployment --environment production
                                                         after it

The owners of admin-service are its provider:
  1. faultline contracts verify --provider-url http://127.0.0.1:3010 --state-url http://127.0.0.1:3010/states
                                                         what a change breaks, before it is deployed
  2. the same with --publish                             the broker's pacts are verified, and the results go there
  3. faultline contracts can-i-deploy --pacticipant admin-service --to-environment production
     faultline contracts record-deployment --pacticipant admin-service --environment production

The broker: --broker-base-url or PACT_BROKER_BASE_URL. Credentials: PACT_BROKER_TOKEN, or PACT_BROKER_USERNAME and
PACT_BROKER_PASSWORD; better in the environment than as options, where other users of the machine can see them.
A broker that is down, refuses or answers nonsense: exit code 4. A version is the git commit (of the workers' folder for
what the workers publish); without git: --consumer-version, --provider-version, --pacticipant-version.
`;

const WORKERS = "a set of workers by name, or another project's faultline.config.ts (path, or path#set)";

const environmentOption = (description: string) =>
  new Option('--env <kind>', description)
    .argParser((value: string) => parseEnvironment(value))
    .default(DEFAULT_ENVIRONMENT);

const addGenerate = (contracts: Program, context: CommandContext, finish: Finish): void => {
  contracts
    .command('generate')
    .description("make the pacts: real workers run against Pact's mock server and the real broker")
    .option('--workers <set>', WORKERS)
    .option(
      '--out <dir>',
      "folder for the pact files (default: `pacts` of the workers' configuration, or contracts/pacts of their project)",
    )
    .option('--consumer-version <version>', "default: the git commit of the workers' folder")
    .addOption(environmentOption('auto, embedded or docker: where Kafka and PostgreSQL come from'))
    .action(async (flags) => {
      const { generate } = await import('./commands/contracts/generate.ts');
      finish(
        await generate(context, {
          workers: flags.workers,
          out: flags.out,
          consumerVersion: flags.consumerVersion,
          environment: flags.env,
        }),
      );
    });
};

const addVerify = (contracts: Program, context: CommandContext, finish: Finish): void => {
  const command = contracts
    .command('verify')
    .description("hold a service against the pacts with Pact's own verifier; without --provider-url its stub")
    .option('--pacts <dir>', `folder of the pact files (${PACTS_DEFAULT})`)
    .option('--provider <name>', 'the service of the pipeline that is meant; needed where there are several')
    .option('--provider-url <url>', 'where it runs, for example http://127.0.0.1:3010')
    .option(
      '--state-url <url>',
      "takes Pact's state changes ({ state, params, action }) as POSTs and sets up the rows; without it interactions that need a state are not verified (exit code 3)",
    )
    .addOption(
      new Option('--against <what>', 'shows where its answers differ from the stub, allowed or not').choices(['stub']),
    )
    .addOption(
      environmentOption("auto, embedded or docker: where the stub's PostgreSQL, or the workers' parts, come from"),
    )
    .option('--messages', 'instead: real workers against the messages, as their writers and as their readers', false)
    .option('--workers <set>', `for --messages: ${WORKERS}`)
    .option('--publish', 'verify the pacts that the broker has and send it the results', false)
    .option(
      '--provider-version <version>',
      "default: the git commit of the current folder (with --messages: of the workers')",
    )
    .option('--branch <branch>', 'default: the git branch of the current folder')
    .addOption(several('--tag <tag>', 'tag of the version; several times for several'))
    .option('--build-url <url>', 'link to the build that verified')
    .option('--allow-dirty', 'publish although the worktree has changes that are not committed', false);
  addBrokerOptions(command).action(async (flags) => {
    if (flags.messages || flags.workers !== undefined) {
      const { verifyMessageContracts } = await import('./commands/contracts/verify-messages.ts');
      finish(await verifyMessageContracts(context, { ...flags, broker: brokerOf(flags) }));
      return;
    }
    const { verify } = await import('./commands/contracts/verify.ts');
    finish(
      await verify(context, {
        pacts: flags.pacts,
        provider: flags.provider,
        providerUrl: flags.providerUrl,
        stateUrl: flags.stateUrl,
        againstStub: flags.against === 'stub',
        environment: flags.env,
        publish: flags.publish
          ? {
              broker: brokerOf(flags),
              providerVersion: flags.providerVersion,
              branch: flags.branch,
              tags: flags.tag,
              buildUrl: flags.buildUrl,
              allowDirty: flags.allowDirty,
            }
          : undefined,
      }),
    );
  });
};

/** Adds the group `contracts` to the command line. */
export const addContracts = (program: Program, context: CommandContext, finish: Finish): void => {
  const contracts = program
    .command('contracts')
    .description(
      'the contracts (Pact) between the workers, the services they call and the events: make, verify, publish',
    )
    .addHelpText('after', `${WORKFLOW}\n${exitCodesHelp()}`);
  // In the order of the workflow.
  addGenerate(contracts, context, finish);
  addVerify(contracts, context, finish);
  addPublish(contracts, context, finish);
  addDeployment(contracts, context, finish);
};
