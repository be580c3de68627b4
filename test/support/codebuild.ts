import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import type { StartBuildCommandInput } from '@aws-sdk/client-codebuild';

/** A build as CodeBuild’s wire tells it: times are seconds since 1970. */
export interface Kept {
  id: string;
  asked: StartBuildCommandInput;
  buildStatus: string;
  currentPhase: string;
  startTime: number;
  phases: object[];
  artifacts?: { sha256sum: string };
}

export interface CodeBuild {
  /** All that were started, the first one first. */
  builds: Kept[];
  stopped: string[];
  /** How many starts are answered with nothing, though they took effect. */
  loseStarts: number;
  /** What happens right before a start is answered. */
  beforeAnswer?: ((build: Kept) => Promise<void>) | undefined;
  /** What starts are refused with. */
  refusing?: { type: string; message: string } | undefined;
  /** The latest build has come to its end. */
  end(status: string, phase?: string, message?: string): void;
  forgetTokens(): void;
  close(): Promise<void>;
}

/** CodeBuild at the SDK’s wire: what it is asked for is kept, and what becomes of a build the test says. */
export async function serveCodeBuild(): Promise<CodeBuild> {
  const tokens = new Map<string, Kept>();
  const server = createServer(async (request, response) => {
    const action = String(request.headers['x-amz-target']).split('.')[1];
    const body = (await json(request)) as StartBuildCommandInput & { ids: string[]; id: string };
    const say = (answer: object, status = 200) =>
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(answer));
    if (action === 'BatchGetBuilds')
      return say({ builds: aws.builds.filter(({ id }) => body.ids.includes(id)).map(toldOf) });
    if (action === 'ListBuildsForProject') return say({ ids: aws.builds.map(({ id }) => id).reverse() });
    if (action === 'StopBuild') {
      aws.stopped.push(body.id);
      const build = aws.builds.find(({ id }) => id === body.id);
      if (build?.buildStatus === 'IN_PROGRESS') build.buildStatus = 'STOPPED';
      return say({});
    }
    if (aws.refusing) return say({ __type: aws.refusing.type, message: aws.refusing.message }, 400);
    const build = tokens.get(body.idempotencyToken ?? '') ?? started(body);
    tokens.set(body.idempotencyToken ?? '', build);
    await aws.beforeAnswer?.(build);
    if (aws.loseStarts-- > 0) return request.socket.destroy();
    aws.loseStarts = Math.max(0, aws.loseStarts);
    return say({ build: toldOf(build) });
  });
  const started = (asked: StartBuildCommandInput): Kept => {
    const id = `${asked.projectName}:${randomUUID()}`;
    const startTime = Date.now() / 1000;
    const build = { id, asked, buildStatus: 'IN_PROGRESS', currentPhase: 'BUILD', startTime, phases: [] };
    aws.builds.push(build);
    return build;
  };
  const aws: CodeBuild = {
    builds: [],
    stopped: [],
    loseStarts: 0,
    end(status, phase, message) {
      const build = aws.builds.at(-1);
      if (!build) throw new Error('no build was started');
      Object.assign(build, { buildStatus: status, currentPhase: 'COMPLETED' });
      if (phase)
        build.phases = [
          { phaseType: 'SUBMITTED', phaseStatus: 'SUCCEEDED' },
          { phaseType: phase, phaseStatus: status, contexts: [{ statusCode: 'COMMAND_EXECUTION_ERROR', message }] },
        ];
    },
    forgetTokens: () => tokens.clear(),
    close: async () => {
      server.closeAllConnections();
      await new Promise((over) => server.close(over));
    },
  };
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  process.env.AWS_ENDPOINT_URL_CODEBUILD = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return aws;
}

const toldOf = ({ asked, ...build }: Kept) => ({
  ...build,
  environment: { environmentVariables: asked.environmentVariablesOverride },
  logs: {
    groupName: asked.logsConfigOverride?.cloudWatchLogs?.groupName,
    streamName: `${asked.logsConfigOverride?.cloudWatchLogs?.streamName}/${build.id.split(':')[1]}`,
  },
});
