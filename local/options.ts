import { Command } from 'commander';

export interface StartOptions {
  once: boolean;
  example: string;
  port?: string;
  edgePort?: string;
  balancerPort?: string;
  gitPort?: string;
}

/** Reads what stands behind `npm start --`. Ends the program, with the usual exit codes, for --help and mistakes. */
export function startOptions(argv: string[], examples: string[]): StartOptions {
  const program = new Command('npm start --')
    .description('Runs Pilotage on this machine: the real stack in an emulator of AWS, and an example deployed to it.')
    .option('--once', 'deploy the example, end, and leave one line of JSON as the last', false)
    .option('--example <name>', `which example: ${examples.join(', ')}`, 'static')
    .option('--port <port>', 'port of the emulator (or PILOTAGE_PORT; 4566)')
    .option('--edge-port <port>', 'port of the sites (or PILOTAGE_EDGE_PORT; 8080)')
    .option('--balancer-port <port>', 'port of the load balancers (or PILOTAGE_BALANCER_PORT; 8081)')
    .option('--git-port <port>', 'port of the repositories (or PILOTAGE_GIT_PORT; 8082)')
    .allowExcessArguments(false)
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));
  const options = program.parse(argv).opts<StartOptions>();
  if (!examples.includes(options.example))
    program.error(`error: no example is named ${options.example}; there are: ${examples.join(', ')}`);
  return options;
}
