import { dirname, join } from 'node:path';

export interface VariablesOptions {
  root: string;
  port: number;
  functionsPort?: number;
  beanstalk?: BeanstalkAt;
  builds?: string;
  auth?: boolean;
  region: string;
  account: string;
  patches?: readonly string[];
  temporary: string;
}

/** Where Elastic Beanstalk is, which the emulator does not have: its API, and the port of its environments. */
export interface BeanstalkAt {
  url: string;
  port: number;
}

/**
 * The emulator's environment, and with it that of the functions it runs: nothing
 * of the caller's own, so that nobody's credentials or AWS settings reach them.
 */
export function emulatorVariables(options: VariablesOptions): Record<string, string> {
  const { root, port, functionsPort = port, auth = true, temporary } = options;
  return {
    // Functions run on the Node that runs this.
    PATH: `${dirname(process.execPath)}:${process.env.PATH ?? '/usr/bin:/bin'}`,
    HOME: temporary,
    TMPDIR: temporary,
    PYTHONDONTWRITEBYTECODE: '1',
    PILOTAGE_EMULATOR_PATCHES: options.patches?.join(',') ?? 'all',
    GATEWAY_PORT: String(port),
    MINISTACK_HOST: '127.0.0.1',
    MINISTACK_REGION: options.region,
    MINISTACK_ACCOUNT_ID: options.account,
    AUTH: String(auth),
    IOT_MTLS_ENABLED: '0',
    LOG_LEVEL: 'INFO',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_ENDPOINT_URL: `http://127.0.0.1:${functionsPort}`,
    // The SDK puts the account's number before this host, which no address can stand.
    AWS_ENDPOINT_URL_CLOUDFRONT_KEYVALUESTORE: `http://localhost:${functionsPort}`,
    ...(options.beanstalk && {
      AWS_ENDPOINT_URL_ELASTIC_BEANSTALK: options.beanstalk.url,
      PILOTAGE_BEANSTALK_PORT: String(options.beanstalk.port),
    }),
    ...(options.builds && { AWS_ENDPOINT_URL_CODEBUILD: options.builds }),
    NODE_OPTIONS: functionsNodeOptions(root),
  };
}

/** What functions run with here besides their own options: names below `localhost` are this machine. */
export const functionsNodeOptions = (root: string): string =>
  `--require ${JSON.stringify(join(root, 'local/emulator/localhost-names.cjs'))}`;
