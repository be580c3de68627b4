import type { Worker } from '../../worker.ts';
import { jsonError, type Operation, type Reply, type Service } from '../call.ts';
import type { Around } from '../cloudformation.ts';
import type { Run } from '../ecs/state.ts';
import { Refusal } from '../query.ts';
import type { Buckets } from '../s3.ts';
import { lambdaOf } from '../told.ts';
import { type Act, type Asked, aboutOf, absent, answered, askedIn, conflict, matching } from './asked.ts';
import { changesOf } from './changes.ts';
import { addPermission, changeUrl, getPolicy } from './front.ts';
import { aliasShape, configurationOf, type Fn, type Functions, noFunctions, type Version } from './state.ts';

export interface FunctionsPort extends Service {
  now: Functions;
  /** What a version of this code answers to a request: an HTTP status. */
  answerOf: (code: string) => number;
  /** With which code a command ends that a version is called with. */
  exitOf: (run: Run) => number;
  /** What the function of a pilot's stack does that writes settings. */
  writeSettings: (asked: object, by: Worker) => object;
  /** Called after each change of an alias. */
  watch: (name: string, by: Worker) => void;
  /** Called before a version is deleted. */
  watchRemoval: (version: Version, by: Worker) => void;
}

const SETTINGS = /--settings$/;
/** Milliseconds that a command may take to begin where nobody waits for its end any more. */
const RUNS_MS = [1_000, 60_000] as const;

function answerOr(act: () => Reply): Reply {
  try {
    return act();
  } catch (error) {
    if (error instanceof Refusal) return jsonError(error.status, error.code, { message: error.message });
    throw error;
  }
}

/**
 * Lambda, as far as Pilotage uses it for pilots' functions of zips. What is not a pilot's function is one of
 * Pilotage's own, or writes settings for a stack: those are only called.
 * https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html
 */
export function functionsOf(
  around: Around,
  buckets: Buckets,
  invokeLater: (name: string, payload: object) => void,
  now: Functions = noFunctions(),
): FunctionsPort {
  const own = lambdaOf(invokeLater);
  const changes = changesOf(around, buckets, now);
  const fnIn = ({ name }: Asked): Fn => {
    const found = now.all[name];
    if (!found) throw absent(`Function ${name}`);
    return found;
  };
  const aliasIn = (asked: Asked, name: string) => {
    const found = fnIn(asked).aliases[name];
    if (!found) throw absent(`Alias ${name}`);
    return found;
  };

  function changeAlias(asked: Asked, by: Worker): Reply {
    const { Name, FunctionVersion, Description = '', RoutingConfig } = asked.body;
    const fn = fnIn(asked);
    const name = Name ?? asked.rest.split('/')[1];
    const weights = RoutingConfig?.AdditionalVersionWeights ?? {};
    for (const version of [FunctionVersion, ...Object.keys(weights)])
      if (!fn.versions.some((one) => one.version === version)) throw absent(`Function version ${version}`);
    const content = { version: FunctionVersion, description: Description, weights, revision: changes.revision() };
    const alias = fn.aliases[name];
    if (Name !== undefined && alias) throw conflict(`Alias already exists: ${fn.arn}:${name}`);
    if (Name === undefined && !alias) throw absent(`Alias ${name}`);
    if (alias) matching(asked, alias.revision);
    fn.aliases[name] = { ...(alias ?? { name, arn: `${fn.arn}:${name}` }), ...content };
    port.watch(fn.name, by);
    return answered(Name === undefined ? 200 : 201, aliasShape(fn.aliases[name]));
  }

  function deleteVersion(asked: Asked, by: Worker): Reply {
    const fn = fnIn(asked);
    const { qualifier } = asked;
    if (!/^\d+$/.test(qualifier)) throw new Error('a function that is deleted as a whole is not known here');
    const named = Object.values(fn.aliases).some(
      ({ version, weights }) => version === qualifier || qualifier in weights,
    );
    if (named) throw conflict('Version is referenced by alias');
    const found = fn.versions.find(({ version }) => version === qualifier);
    if (!found) throw absent(`Version ${qualifier}`);
    port.watchRemoval(found, by);
    fn.versions = fn.versions.filter((one) => one !== found);
    return answered(204);
  }

  const versionIn = (asked: Asked): Version => {
    const found = fnIn(asked).versions.find(({ version }) => version === asked.qualifier);
    if (!found) throw absent(`Version ${asked.qualifier}`);
    return found;
  };

  /** A call with a command in place of a request: the answer is its exit code. */
  function runCommand(asked: Asked, command: string[]): Reply {
    const { Description, version } = versionIn(asked);
    const at = around.clock.now();
    const definition = `--${Description.split(' ').at(-1)}:${version}`;
    const run: Run = {
      arn: asked.name,
      token: '',
      startedBy: '',
      definition,
      command,
      at,
      startedAt: at,
      stoppedAt: at,
    };
    run.exitCode = port.exitOf(run);
    now.runs.push(run);
    return answered(200, { exitCode: run.exitCode });
  }

  function invoke(asked: Asked): Reply {
    const found = versionIn(asked);
    return answered(200, { statusCode: port.answerOf(found.code) });
  }

  const reads: [pattern: RegExp, name: string, act: Act][] = [
    [
      /^GET $/,
      'GetFunction',
      (asked) => {
        const fn = fnIn(asked);
        return answered(200, {
          Configuration: configurationOf(fn, fn.latest),
          Code: { RepositoryType: 'S3' },
          Tags: fn.tags,
        });
      },
    ],
    [
      /^GET versions$/,
      'ListVersionsByFunction',
      (asked) => {
        const fn = fnIn(asked);
        return answered(200, { Versions: [fn.latest, ...fn.versions].map((one) => configurationOf(fn, one)) });
      },
    ],
    [
      /^GET aliases\/./,
      'GetAlias',
      (asked) => answered(200, aliasShape(aliasIn(asked, asked.rest.split('/')[1] ?? ''))),
    ],
    [
      /^GET url$/,
      'GetFunctionUrlConfig',
      (asked) => {
        const found = fnIn(asked).urls[asked.qualifier];
        if (!found) throw absent('The URL');
        return answered(200, found);
      },
    ],
    [/^GET policy$/, 'GetPolicy', (asked) => getPolicy(fnIn(asked), asked)],
    [
      /^GET provisioned-concurrency$/,
      'GetProvisionedConcurrencyConfig',
      () => {
        throw new Refusal(
          'ProvisionedConcurrencyConfigNotFoundException',
          'No Provisioned Concurrency Config found',
          404,
        );
      },
    ],
    [/^POST invocations$/, 'Invoke', invoke],
  ];
  const writes: typeof reads = [
    [/^POST $/, 'CreateFunction', (asked) => changes.create(asked)],
    [/^PUT configuration$/, 'UpdateFunctionConfiguration', (asked) => changes.configure(fnIn(asked), asked)],
    [/^PUT code$/, 'UpdateFunctionCode', (asked) => changes.replaceCode(fnIn(asked), asked)],
    [/^DELETE code-signing-config$/, 'DeleteFunctionCodeSigningConfig', (asked) => answered(204, void fnIn(asked))],
    [/^POST versions$/, 'PublishVersion', (asked) => changes.publish(fnIn(asked), asked)],
    [/^POST aliases$/, 'CreateAlias', changeAlias],
    [/^PUT aliases\/./, 'UpdateAlias', changeAlias],
    [/^POST url$/, 'CreateFunctionUrlConfig', (asked) => changeUrl(fnIn(asked), asked, true)],
    [/^PUT url$/, 'UpdateFunctionUrlConfig', (asked) => changeUrl(fnIn(asked), asked, false)],
    [/^POST policy$/, 'AddPermission', (asked) => addPermission(fnIn(asked), asked)],
    [/^DELETE $/, 'DeleteFunction', deleteVersion],
  ];

  const written = (asked: Asked): Operation => ({
    service: 'lambda',
    name: 'Invoke',
    about: asked.name,
    writes: true,
    apply: (by) => answered(200, port.writeSettings(asked.body, by)),
  });

  const ran = (asked: Asked, command: string[]): Operation => ({
    service: 'lambda',
    name: 'Invoke',
    about: `${aboutOf(asked)} ${command.join(' ')}`,
    writes: true,
    // Its client makes it once.
    sentOnce: RUNS_MS,
    apply: () => answerOr(() => runCommand(asked, command)),
  });

  const port: FunctionsPort = {
    ...own,
    now,
    answerOf: () => 200,
    writeSettings: () => ({}),
    exitOf: () => 0,
    watch: () => undefined,
    watchRemoval: () => undefined,
    read(request): Operation {
      if (request.headers['x-amz-invocation-type'] === 'Event') return own.read(request);
      const asked = askedIn(request);
      if (SETTINGS.test(asked.name)) return written(asked);
      const key = `${request.method} ${asked.rest}`;
      const { pilotage } = asked.body as { pilotage?: { command: string[] } };
      if (key === 'POST invocations' && pilotage) return ran(asked, pilotage.command);
      const read = reads.find(([pattern]) => pattern.test(key));
      const found = read ?? writes.find(([pattern]) => pattern.test(key));
      if (!found) throw new Error(`Lambda's ${request.method} ${request.path} is not known here`);
      const [, name, act] = found;
      return {
        service: 'lambda',
        name,
        about: aboutOf(asked),
        writes: !read,
        apply: (by) => answerOr(() => act(asked, by)),
      };
    },
  };
  return port;
}
