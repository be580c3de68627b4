import {
  claimLeftOut,
  doneUnseen,
  everybodyLetIn,
  listShortenedFirst,
  nobodyLetIn,
  olderListTaken,
  othersShutOut,
  quotaIgnored,
  shutBeforeOpened,
  summaryLeftOut,
} from './broken-edges.ts';
import { addressForgottenAtOnce, blueTerminatedInShift, swapSentTwice } from './broken-environments.ts';
import { blueEmptiedInShift } from './broken-instances.ts';
import { endNotAwaited, snapshotLeftOut, startedEachTime, versionsIgnored } from './broken-migrations.ts';
import { keptStopped, offlineDenied, offlineUnasked } from './broken-offline.ts';
import {
  buildLeftRunning,
  builtBefore,
  builtEachTime,
  imagesRemoved,
  pushCountedTwice,
  pushForgotten,
  secondsAlone,
} from './broken-pushes.ts';
import { allFilesRemoved, nothingForgotten, nothingWithdrawn, roleGivenAwayFirst } from './broken-removals.ts';
import {
  aliasMovedBlindly,
  blueNotHeld,
  blueStoppedInPrepare,
  blueStoppedInShift,
  healthIgnored,
  liveRetired,
} from './broken-servers.ts';
import { removedTooEarly, sharedByAll } from './broken-settings.ts';
import {
  blueRemovedEarly,
  cancellingIgnored,
  lockReleasedEarly,
  pointerNotReadBack,
  rollbackSkipped,
  shiftSkipped,
} from './broken-steps.ts';
import { type Fault, MODES, type Mode } from './faults.ts';
import type { Handlers } from './functions.ts';
import { BUS, DEPLOY, MANIFESTS } from './names.ts';
import { openTheatre, type Theatre } from './play.ts';
import { randomOf } from './random.ts';
import { again, journalOf } from './report.ts';
import { SCENARIOS, type Scenario, scenarioNamed } from './scenarios.ts';
import { imageDigest, nameOfImage } from './sites.ts';
import type { Stage } from './stage.ts';
import { judge, OUTAGE_MS, referenceOf, singleFaults, type Verdict } from './sweep.ts';

/** Another seed, another sample: `SWEEP_SEED=7 npx jest test/sweep`. */
const SEED = Number(process.env.SWEEP_SEED ?? 1);
/** Single faults of each scenario that are tried here; `npm run sweep` tries them all. */
const SAMPLE = 20;
/** Of the long ones. */
const SMALL_SAMPLE = 8;

let theatre: Theatre;
beforeAll(async () => {
  theatre = await openTheatre();
});
afterAll(() => theatre.close());

const complaints = (verdicts: Verdict[]) =>
  verdicts.flatMap((verdict) =>
    verdict.breaches.map(({ invariant, what }) => `${invariant}: ${what} (npm run sweep -- ${again(verdict)})`),
  );

describe('without a fault', () => {
  it.each([
    ['first', 'DeploymentSucceeded; one is live'],
    ['second', 'DeploymentSucceeded; two is live'],
    ['canary', 'DeploymentSucceeded; two is live'],
    ['rollback', 'DeploymentSucceeded; one is live'],
    ['damaged', 'Rejected; one is live'],
    ['vanished', 'DeploymentFailed; one is live'],
    ['retired', 'DeploymentSucceeded; one is live'],
    ['same-second', 'Superseded, DeploymentSucceeded; three is live'],
    ['overtaken', 'DeploymentSucceeded, DeploymentSucceeded; three is live'],
    ['given-way', 'DeploymentFailed, DeploymentSucceeded; one is live'],
    ['upload-behind', 'DeploymentSucceeded, DeploymentSucceeded; three is live'],
    ['rollback-behind', 'DeploymentSucceeded, DeploymentSucceeded; one is live'],
    ['after-given-way', 'DeploymentSucceeded; three is live'],
    ['cancelled', 'DeploymentFailed, DeploymentSucceeded; two is live'],
    ['static-offline', 'DeploymentSucceeded; nothing is live'],
    ['static-online', 'DeploymentSucceeded; one is live'],
    ['offline-upload', 'Rejected; nothing is live'],
    ['offline-given-way', 'DeploymentFailed, DeploymentSucceeded, DeploymentSucceeded; one is live'],
    ['ecs-offline', 'DeploymentSucceeded; nothing is live'],
    ['ecs-online', 'DeploymentSucceeded; one is live'],
    ['restore', 'DeploymentSucceeded, DeploymentSucceeded; two is live'],
    ['restored-upload', 'DeploymentSucceeded; three is live'],
    ['lambda-offline', 'DeploymentSucceeded; nothing is live'],
    ['beanstalk-offline', 'DeploymentSucceeded; nothing is live'],
    ['ecs-first', 'DeploymentSucceeded; one is live'],
    ['ecs-canary', 'DeploymentSucceeded; two is live'],
    ['ecs-ill', 'DeploymentFailed; one is live'],
    ['ecs-rollback', 'DeploymentSucceeded; one is live'],
    ['ecs-behind', 'DeploymentSucceeded, DeploymentSucceeded; three is live'],
    ['ecs-sick', 'DeploymentFailed; one is live'],
    ['ecs-alarm', 'DeploymentFailed; one is live'],
    ['ecs-grown', 'DeploymentFailed; one is live'],
    ['ecs-stopped', 'DeploymentFailed; one is live'],
    ['ecs-given-up', 'DeploymentFailed, DeploymentSucceeded; two is live'],
    ['migrate-first', 'DeploymentSucceeded; one is live'],
    ['migrate-second', 'DeploymentSucceeded; two is live'],
    ['migrate-ill', 'DeploymentFailed; one is live'],
    ['migrate-failed', 'DeploymentFailed; one is live'],
    ['migrate-back', 'DeploymentSucceeded; one is live'],
    ['migrate-shared', 'DeploymentSucceeded, DeploymentSucceeded, DeploymentSucceeded; three is live'],
    ['migrate-cancelled', 'DeploymentFailed; one is live'],
    ['configure-first', 'DeploymentSucceeded; one is live'],
    ['configure-second', 'DeploymentSucceeded; two is live'],
    ['configure-back', 'DeploymentSucceeded; one is live'],
    ['configure-retired', 'DeploymentSucceeded; one is live'],
    ['edge-rules-first', 'DeploymentSucceeded; one is live'],
    ['edge-rules', 'DeploymentSucceeded; two is live'],
    ['edge-lists-first', 'DeploymentSucceeded; one is live'],
    ['edge-lists', 'DeploymentSucceeded; two is live'],
    ['edge-meeting', 'DeploymentSucceeded; two is live'],
    ['edge-published', '; one is live'],
    ['push-first', 'DeploymentSucceeded; one is live'],
    ['push-newer', 'Superseded, DeploymentSucceeded; three is live'],
    ['push-same-second', 'Superseded, DeploymentSucceeded; three is live'],
    ['build-failed', 'DeploymentFailed; one is live'],
    ['build-cancelled', 'DeploymentFailed, DeploymentSucceeded; two is live'],
    ['build-image', 'DeploymentSucceeded; one is live'],
    ['build-image-later', 'DeploymentSucceeded; two is live'],
    ['remove', '; one is live'],
    ['ecs-remove', '; one is live'],
    ['lambda-migrate', 'DeploymentSucceeded; one is live'],
    ['lambda-migrate-ill', 'DeploymentFailed; one is live'],
    ['ec2-migrate', 'DeploymentSucceeded; one is live'],
    ['ec2-migrate-ill', 'DeploymentFailed; one is live'],
    ['beanstalk-migrate', 'DeploymentSucceeded; one is live'],
    ['beanstalk-migrate-ill', 'DeploymentFailed; one is live'],
    ['ec2-first', 'DeploymentSucceeded; one is live'],
    ['ec2-canary', 'DeploymentSucceeded; two is live'],
    ['ec2-ill', 'DeploymentFailed; one is live'],
    ['ec2-sick', 'DeploymentFailed; one is live'],
    ['ec2-rollback', 'DeploymentSucceeded; one is live'],
    ['beanstalk-first', 'DeploymentSucceeded; one is live'],
    ['beanstalk-replace', 'DeploymentSucceeded; two is live'],
    ['beanstalk-grown', 'DeploymentSucceeded; two is live'],
    ['beanstalk-ill', 'DeploymentFailed; one is live'],
    ['beanstalk-rollback', 'DeploymentSucceeded; one is live'],
    ['beanstalk-sick', 'DeploymentFailed; one is live'],
    ['beanstalk-stopped', 'DeploymentFailed; one is live'],
    ['beanstalk-given-up', 'DeploymentFailed, DeploymentSucceeded; two is live'],
    ['lambda-first', 'DeploymentSucceeded; one is live'],
    ['lambda-canary', 'DeploymentSucceeded; two is live'],
    ['lambda-ill', 'DeploymentFailed; one is live'],
    ['lambda-rollback', 'DeploymentSucceeded; one is live'],
    ['lambda-stopped', 'DeploymentFailed; one is live'],
  ])('%s ends as it should, and every invariant holds', async (name, end) => {
    const verdict = await judge(theatre, scenarioNamed(name), SEED);
    expect([verdict.end, complaints([verdict])]).toEqual([end, []]);
  });
});

describe('a deployment that is given up', () => {
  /** Gives it up as soon as a state is entered; once it has ended, it is done again. */
  const givenUpAt = (state: string): Scenario => ({
    ...scenarioNamed('canary'),
    play(stage) {
      scenarioNamed('canary').play(stage);
      const { clock, engine } = stage.world;
      const look = () => {
        const entered = [...engine.executions.values()].some(({ visits }) => visits.some((one) => one.state === state));
        return entered ? stage.cancel() : clock.after(20, look);
      };
      clock.after(20, look);
      stage.at(150, () => stage.retry('two'));
    },
  });
  const undone = 'DeploymentFailed, DeploymentSucceeded; two is live';

  it.each([
    ['Validate', undone],
    ['Queue', undone],
    ['Prepare', undone],
    ['Verify', undone],
    ['Shift', undone],
    ['Finish', 'DeploymentSucceeded; two is live'],
    ['Unlock', 'DeploymentSucceeded; two is live'],
  ])('in %s gives back what it took, and can be done again', async (state, end) => {
    const scenario = givenUpAt(state);
    const verdict = await judge(theatre, scenario, SEED);
    expect([verdict.end, complaints([verdict])]).toEqual([end, []]);

    const reference = await referenceOf(theatre, scenario, SEED);
    const faults = singleFaults(reference).filter(({ lasting }) => lasting === undefined);
    const random = randomOf(SEED);
    for (let tried = 0; tried < 5; tried += 1)
      expect(complaints([await judge(theatre, scenario, SEED, [random.pick(faults)])])).toEqual([]);
  });
});

/** Gives a deployment up at the moment that it moves the pointer. */
const givenUpWhileShifting: Scenario = {
  ...scenarioNamed('second'),
  play(stage) {
    scenarioNamed('second').play(stage);
    const { clock, journal } = stage.world;
    const isMoving = () => journal.some(({ name }) => name === 'UpdateKeys');
    const look = () => (isMoving() ? stage.cancel() : clock.after(1, look));
    clock.after(1, look);
  },
};

describe('a deployment that is given up at the moment that it goes live', () => {
  it('gives the traffic back when that was accepted, and else stays live', async () => {
    const ends = new Set<string>();
    for (let seed = 1; seed <= 20; seed += 1) {
      const verdict = await judge(theatre, givenUpWhileShifting, seed);
      expect(complaints([verdict])).toEqual([]);
      ends.add(verdict.end);
    }
    expect([...ends].sort()).toEqual(['DeploymentFailed; one is live', 'DeploymentSucceeded; two is live']);
  });
});

describe('the story of the release that had its time', () => {
  it('removes its files and its list', async () => {
    const { world } = await theatre.play(scenarioNamed('retired'), SEED);
    expect(new Set(world.removals.map(({ path }) => path.split('/')[3]))).toEqual(new Set(['releases', 'r']));
  });
});

describe('the story of the settings that had their time', () => {
  it('removes what was written and the way to it, of that release alone', async () => {
    const { volumes } = (await theatre.play(scenarioNamed('configure-retired'), SEED)).world.servers.now;
    expect(Object.values(volumes.files).map((text) => JSON.parse(text).site)).toEqual(['two', 'three', 'one']);
    const folders = Object.keys(volumes.files).map((path) => `/configuration/${path.split('/')[0]}`);
    expect(volumes.points.map(({ path }) => path).sort()).toEqual(folders.sort());
  });
});

describe('the story of a version of the schema that two releases share', () => {
  it('takes it back once, by the release that brought it, and brings it again with the other one', async () => {
    const { world } = await theatre.play(scenarioNamed('migrate-shared'), SEED);
    const { runs, definitions } = world.servers.now.ecs;
    const siteOf = (arn: string) => nameOfImage(definitions.find((one) => one.arn === arn)?.image ?? '');
    expect(runs.map(({ definition, command }) => [siteOf(definition), ...command.slice(1)].join(' '))).toEqual([
      'one upgrade v1',
      'two upgrade v2',
      'three upgrade v2',
      'two downgrade v2',
      'three upgrade v2',
    ]);
  });
});

describe('with a single fault', () => {
  it.each(SCENARIOS.map(({ name }) => name))(
    '%s ends with green live or with blue untouched (a sample of them)',
    async (name) => {
      const scenario = scenarioNamed(name);
      const reference = await referenceOf(theatre, scenario, SEED);
      const all = singleFaults(reference).filter(({ lasting }) => lasting === undefined);
      const random = randomOf(SEED);
      const verdicts: Verdict[] = [];
      for (let tried = 0; tried < (scenario.isLong ? SMALL_SAMPLE : SAMPLE); tried += 1)
        verdicts.push(await judge(theatre, scenario, SEED, [random.pick(all)], reference.end));
      expect(complaints(verdicts)).toEqual([]);
    },
  );
});

describe('an outage of five minutes', () => {
  it.each([
    ['of writing the pointer, in Shift', 'second', /deploy-shift kvs UpdateKeys/],
    ['of reading the pointer, in Unlock', 'second', /deploy-unlock kvs GetKey/],
    ['of giving the traffic back', 'cancelled', /deploy-rollback kvs UpdateKeys/],
    ['of the lock, in Queue', 'same-second', /deploy-queue dynamodb TransactWriteItems/],
    ['of looking at the stack, in Provision', 'ecs-first', /deploy-provision cloudformation DescribeStacks/],
    ['of looking at services, in Prepare', 'ecs-canary', /deploy-prepare ecs DescribeServices/],
    ['of writing the rule, in Shift', 'ecs-canary', /deploy-shift elb ModifyRule/],
    ['of giving a service’s traffic back', 'ecs-grown', /deploy-rollback elb CreateRule/],
    ['of bringing a group up, in Prepare', 'ec2-canary', /deploy-prepare autoscaling CreateAutoScalingGroup/],
    ['of looking at environments, in Prepare', 'beanstalk-replace', /deploy-prepare beanstalk DescribeEnvironments/],
    ['of swapping the address, in Shift', 'beanstalk-replace', /deploy-shift beanstalk SwapEnvironmentCNAMEs/],
    ['of giving the address back', 'beanstalk-sick', /deploy-rollback beanstalk SwapEnvironmentCNAMEs/],
    ['of letting CloudFront in, in SyncEdge', 'edge-rules', /deploy-sync-edge ec2 AuthorizeSecurityGroupIngress/],
    ['of changing a prefix list, in SyncEdge', 'edge-lists', /deploy-sync-edge ec2 ModifyManagedPrefixList/],
    ['of looking at groups, in SyncPilot', 'edge-published', /edge-sync-sync-pilot ec2 DescribeSecurityGroupRules/],
    ['of looking at a build, in Build', 'push-first', /deploy-build codebuild BatchGetBuilds/],
    ['of clearing images away, in Build', 'build-image-later', /deploy-build ecr DescribeImages/],
    ['of stopping a build, in Unlock', 'push-newer', /deploy-unlock codebuild StopBuild/],
    ['of the provider, in ReadPush', 'push-newer', /git-read-push git-host GET git\/ref/],
    ['of deleting a service, in Withdraw', 'ecs-remove', /deploy-withdraw ecs DeleteService/],
    ['of looking at the stack, in RemoveStack', 'ecs-remove', /deploy-remove-stack cloudformation DescribeStacks/],
    ['of deleting a role, in RemoveStack', 'remove', /deploy-remove-stack iam DeleteRole/],
    ['of publishing a version, in Prepare', 'lambda-first', /deploy-prepare lambda PublishVersion/],
    ['of writing the alias, in Shift', 'lambda-canary', /deploy-shift lambda UpdateAlias/],
  ])('%s ends with green live or with blue untouched, and leaves no lock', async (_, name, kind) => {
    const scenario = scenarioNamed(name);
    const { calls } = await referenceOf(theatre, scenario, SEED);
    const at = calls.findIndex((call) => kind.test(call.kind));
    expect(at).toBeGreaterThan(0);
    expect(complaints([await judge(theatre, scenario, SEED, [{ mode: 'error', at, lasting: OUTAGE_MS }])])).toEqual([]);
  });
});

describe('two pushes within a second', () => {
  const scenario = scenarioNamed('push-same-second');
  /** The request of the first one comes long after the second one. */
  async function late(): Promise<Fault> {
    const { bus } = (await theatre.play(scenario, SEED)).world;
    return { mode: 'event delayed', at: bus.deliveries.findIndex(({ rule }) => rule === 'DeploymentRequested') };
  }

  it('never end with the older one, however late that is asked for', async () => {
    const fault = await late();
    for (let seed = SEED; seed < SEED + 5; seed += 1) {
      const { end, breaches } = await judge(theatre, scenario, seed, [fault]);
      expect([end, breaches]).toEqual(['Superseded, DeploymentSucceeded; three is live', []]);
    }
  });

  it('would, by a Queue that goes by seconds alone, which is caught', async () => {
    const { breaches } = await judge(theatre, scenario, SEED, [await late()], undefined, secondsAlone);
    expect(breaches.map(({ invariant }) => invariant)).toContain('an older trigger never overwrites a newer release');
  });
});

describe('images', () => {
  it('that no release has are gone after the next build, and those that releases have are there', async () => {
    const { world } = await theatre.play(scenarioNamed('build-image-later'), SEED);
    const left = Object.values(world.servers.now.images).flatMap((images) => images.map(({ digest }) => digest));
    expect(left).toEqual([imageDigest('one'), imageDigest('two')]);
  });
});

describe('a run', () => {
  const faults: Fault[] = [
    { mode: 'late', at: 20 },
    { mode: 'killed after', at: 40 },
  ];
  const journal = async (seed: number, name = 'canary') =>
    journalOf((await theatre.play(scenarioNamed(name), seed, faults)).world);

  it.each(['canary', 'ecs-canary', 'ec2-canary', 'lambda-first', 'beanstalk-first', 'edge-published', 'push-newer'])(
    'of %s is the same, call by call, for the same seed',
    async (name) => {
      const first = await journal(SEED, name);
      await journal(SEED + 1, name);
      expect(await journal(SEED, name)).toBe(first);
    },
  );

  it('is another one for another seed', async () => {
    expect(await journal(SEED + 1)).not.toBe(await journal(SEED));
  });
});

describe('bad input', () => {
  const told = (scenario: Scenario) => judge(theatre, scenario, SEED);
  const canary = scenarioNamed('canary');
  const also = (scenario: Scenario, play: Scenario['play']): Scenario => ({
    ...scenario,
    play(stage) {
      scenario.play(stage);
      play(stage);
    },
  });
  const ID = 'acme_production_20250101T000000Z-000000000000';
  const forged: [string, string, string, Record<string, unknown>][] = [
    ['a request that is none', 'pilotage', 'DeploymentRequested', { deployment: 7 }],
    [
      'a request under another pilot’s name',
      'pilotage',
      'DeploymentRequested',
      {
        deployment: ID,
        pilot: 'other',
        environment: 'production',
        requestedAt: '2025-01-01T00:00:00Z',
        trigger: { kind: 'rollback', release: '0', request: 'r' },
      },
    ],
    ['a wake of a deployment that nobody knows', 'pilotage', 'Woken', { deployment: ID }],
    ['a wake of nothing', 'pilotage', 'Woken', {}],
    [
      'the end of an execution that nobody started',
      'aws.states',
      'Step Functions Execution Status Change',
      { name: ID, status: 'ABORTED', stateMachineArn: DEPLOY },
    ],
    [
      'the upload of what is not there',
      'aws.s3',
      'Object Created',
      { bucket: { name: MANIFESTS }, object: { key: 'pilots/nobody/pilot.yaml', 'version-id': 'v0' } },
    ],
  ];

  it.each(forged)('%s on the bus changes nothing', async (_, source, name, detail) => {
    const bus = source === 'pilotage' ? BUS : 'default';
    const put = (stage: Stage) => stage.world.bus.put({ bus, source, 'detail-type': name, detail });
    const { end, breaches } = await told(also(canary, (stage) => stage.at(20, () => put(stage))));
    expect([end, breaches]).toEqual(['DeploymentSucceeded; two is live', []]);
  });

  it('of ten wakes at once makes no two looks at the same time', async () => {
    const scenario = also(canary, (stage) =>
      stage.at(20, () => {
        const [deployment = ''] = [...(stage.world.table.rows.get('RUNNING')?.keys() ?? [])];
        for (let n = 0; n < 10; n += 1)
          stage.world.bus.put({ bus: BUS, source: 'pilotage', 'detail-type': 'Woken', detail: { deployment } });
      }),
    );
    const { world } = await theatre.play(scenario, SEED);
    const looks = world.journal.filter(
      ({ at, function: by }) => by === 'deploy-shift' && at - world.start > 20_000 && at - world.start < 22_000,
    );
    // In order of time, each worker's calls stand together: another look begins only when one is over.
    const inTurn = looks.map(({ worker }) => worker).filter((worker, index, all) => worker !== all[index - 1]);
    expect(inTurn.length).toBeGreaterThan(0);
    expect(inTurn).toEqual([...new Set(inTurn)]);
  });

  it.each([
    ['a quarter of an hour ahead', 15],
    ['a quarter of an hour behind', -15],
  ])('from a clock that jumps %s does not harm', async (_, minutes) => {
    const scenario = also(canary, (stage) => {
      stage.at(15, () => stage.world.clock.setWrong(minutes * 60_000));
      stage.at(50, () => stage.world.clock.setWrong(0));
    });
    expect(complaints([await told(scenario)])).toEqual([]);
  });

  it('from rows that an older Pilotage wrote is understood', async () => {
    const scenario = also(scenarioNamed('rollback'), ({ world }) => {
      for (const [pk, part] of world.table.rows) {
        const older = [...part]
          .filter(([sk]) => !sk.startsWith('MANIFEST#'))
          .map(([sk, { newest: _, newestId: __, since: ___, ...item }]) => [sk, item] as const);
        world.table.rows.set(pk, new Map(older));
      }
    });
    const { end, breaches } = await told(scenario);
    expect([end, breaches]).toEqual(['DeploymentSucceeded; one is live', []]);
  });
});

describe('a step that is wrong on purpose', () => {
  const IN_THE_END = 'in the end one release has everything: the newest that succeeded, or blue';
  /** Tries the faults of the calls that are meant, until an invariant does not hold. */
  async function caught(
    name: string,
    swapped: Handlers,
    kind: RegExp,
    lasting?: number,
    modes: readonly Mode[] = MODES,
  ): Promise<string[]> {
    const scenario = scenarioNamed(name);
    const { calls } = await referenceOf(theatre, scenario, SEED, swapped);
    for (const [at, call] of calls.entries()) {
      if (!kind.test(call.kind)) continue;
      for (const mode of modes) {
        const fault: Fault = { mode, at, ...(lasting && { lasting }) };
        const { breaches } = await judge(theatre, scenario, SEED, [fault], undefined, swapped);
        if (breaches.length > 0) return breaches.map(({ invariant }) => invariant);
      }
    }
    return [];
  }

  it('is caught: a Shift that releases the lock too early', async () => {
    const { breaches } = await judge(theatre, scenarioNamed('second'), SEED, [], undefined, lockReleasedEarly);
    expect(breaches.map(({ invariant }) => invariant)).toContain('whoever moves the traffic holds the lock');
  });

  it('is caught: a Shift that is skipped, also when another deployment follows', async () => {
    const { breaches } = await judge(theatre, scenarioNamed('upload-behind'), SEED, [], undefined, shiftSkipped);
    expect(breaches.map(({ invariant }) => invariant)).toContain(
      'whoever is told of a success finds green at 100, and of anything else finds no green',
    );
  });

  it('is caught: a Shift that ignores that it was given up while it was at work', async () => {
    const { breaches } = await judge(theatre, givenUpWhileShifting, SEED, [], undefined, cancellingIgnored);
    expect(breaches.map(({ invariant }) => invariant)).toContain('what was given up does not go live');
  });

  it('is caught: a Finish that removes what served before', async () => {
    const { breaches } = await judge(theatre, scenarioNamed('second'), SEED, [], undefined, blueRemovedEarly);
    expect(breaches.map(({ invariant }) => invariant)).toContain(
      'files that viewers get, or would go back to, are never removed',
    );
  });

  const NOTHING_LEFT = 'of a preview that was asked to go nothing is left in the end';
  const TOO_EARLY = 'blue is not taken down before the rollout is over, nor what viewers get at any time';
  it.each([
    ['a Shift that stops the tasks that served before', 'ecs-canary', blueStoppedInShift, TOO_EARLY],
    ['a Prepare that stops some of them', 'ecs-canary', blueStoppedInPrepare, TOO_EARLY],
    ['a Shift that ends the instances that served before', 'ec2-canary', blueEmptiedInShift, TOO_EARLY],
    ['a Finish that retires what is live', 'ecs-canary', liveRetired, TOO_EARLY],
    [
      'a Prepare that stops some of blue, for a green that never is well',
      'ecs-ill',
      blueStoppedInPrepare,
      'a failed deployment leaves blue as large as it was',
    ],
    [
      'a Shift that lets blue shrink while it has less to do',
      'ecs-grown',
      blueNotHeld,
      'a failed deployment leaves blue as large as it was',
    ],
    [
      'steps that do not look whether green answers',
      'ecs-ill',
      healthIgnored,
      'nobody is sent to a colour where nobody answers, while the other one would',
    ],
    [
      'a Shift that sends the swap of two addresses twice',
      'beanstalk-replace',
      swapSentTwice,
      'whoever is told of a success finds green at 100, and of anything else finds no green',
    ],
    [
      'a Shift that terminates the environment that served before',
      'beanstalk-replace',
      blueTerminatedInShift,
      TOO_EARLY,
    ],
    [
      'a Finish that terminates it before resolvers have forgotten it',
      'beanstalk-replace',
      addressForgottenAtOnce,
      'an environment is not terminated while resolvers may still lead to it',
    ],
    [
      'a Migrate that waits for no snapshot',
      'migrate-second',
      snapshotLeftOut,
      'no migration starts without a complete snapshot, where there is something to lose',
    ],
    [
      'a Migrate that starts the command at each look',
      'migrate-second',
      startedEachTime,
      'a release’s migration is started at most once in a database, unless it was taken back since',
    ],
    [
      'a Migrate that does not wait for its end',
      'migrate-failed',
      endNotAwaited,
      'no release gets traffic before its migration is done, and none has any while that is taken back',
    ],
    [
      'a Revert that does not look at versions',
      'migrate-shared',
      versionsIgnored,
      'a version of the schema is taken back once, and not while a release has traffic that brought it or found it there',
    ],
    [
      'a Configure that writes over what blue reads',
      'configure-second',
      sharedByAll,
      'who gets traffic reads the settings of its own release, as they were given',
    ],
    [
      'a Finish that removes the settings of what is live',
      'configure-second',
      removedTooEarly,
      'who gets traffic reads the settings of its own release, as they were given',
    ],
    [
      'a Shift that takes a pilot offline unasked',
      'second',
      offlineUnasked,
      'a pilot goes offline by a person’s word alone, or back to where it was',
    ],
    [
      'a Shift that denies what it has taken offline',
      'static-offline',
      offlineDenied,
      'whoever is told of a success finds green at 100, and of anything else finds no green',
    ],
    [
      'a Finish that stops what is to be back at once',
      'ecs-offline',
      keptStopped,
      'what goes offline goes on running, to be back at once',
    ],
    [
      'a SyncEdge that removes what is gone before it adds what is new',
      'edge-rules',
      shutBeforeOpened,
      'CloudFront is never shut out: what all lists have since the one that was let in goes on to be let in',
    ],
    [
      'a SyncEdge that does so with the entries of a prefix list',
      'edge-lists',
      listShortenedFirst,
      'CloudFront is never shut out: what all lists have since the one that was let in goes on to be let in',
    ],
    ['a SyncEdge that removes rules that others made', 'edge-rules', othersShutOut, 'rules that others made stay'],
    [
      'a SyncEdge that does not look at the quota',
      'edge-rules-first',
      quotaIgnored,
      'EC2 is never asked for more rules than a group may have',
    ],
    [
      'a SyncEdge that lets in everybody for a moment',
      'edge-rules',
      everybodyLetIn,
      'nobody else is let in by Pilotage, and never everybody',
    ],
    [
      'a SyncEdge that is skipped',
      'edge-rules-first',
      nobodyLetIn,
      'no release gets traffic before CloudFront may reach it',
    ],
    [
      'a Summarize that tells nobody',
      'edge-published',
      summaryLeftOut,
      'each run that keeps what lets CloudFront in tells what became of it, once, and of each pilot that it could not keep',
    ],
    [
      'a SyncPilot that says of all that it is as it was',
      'edge-published',
      doneUnseen,
      'after the day’s look exactly the newest list is let in',
    ],
    [
      'an Unlock that gives a build up and lets it go on',
      'push-newer',
      buildLeftRunning,
      'no build goes on for a deployment that has ended',
    ],
    [
      'a Build that starts one at each look',
      'push-first',
      builtEachTime,
      'what is built is paid for once, unless it was given up',
    ],
    [
      'a Build that takes what was built of another commit',
      'build-failed',
      builtBefore,
      'what goes live of a push is what was built of its commit, byte by byte',
    ],
    [
      'a Build that removes images whoever needs them',
      'build-image-later',
      imagesRemoved,
      'the image of a release that is there is never removed',
    ],
    [
      'a reader that forgets a push',
      'push-first',
      pushForgotten,
      'what was pushed last is deployed, whether its webhook came or not',
    ],
    [
      'a reader after which a push counts twice',
      'push-first',
      pushCountedTwice,
      'each accepted trigger yields one execution',
    ],
    ['a Withdraw of a site that is skipped', 'remove', nothingWithdrawn, NOTHING_LEFT],
    ['a Withdraw of a service that is skipped', 'ecs-remove', nothingWithdrawn, NOTHING_LEFT],
    ['a RemoveStack that gives the role away and leaves the stack', 'ecs-remove', roleGivenAwayFirst, NOTHING_LEFT],
    ['a Forget that forgets nothing', 'remove', nothingForgotten, NOTHING_LEFT],
    [
      'a Withdraw that removes the files of all environments',
      'remove',
      allFilesRemoved,
      'a removal takes nothing from the same pilot’s other environments',
    ],
    ['a Rollback of a function that is skipped', 'lambda-stopped', rollbackSkipped, IN_THE_END],
  ])('is caught: %s', async (_, name, swapped, invariant) => {
    const { breaches } = await judge(theatre, scenarioNamed(name), SEED, [], undefined, swapped);
    expect(breaches.map((breach) => breach.invariant)).toContain(invariant);
  });

  it('is caught: a Shift that moves an alias whatever it was before', async () => {
    expect(await caught('lambda-stopped', aliasMovedBlindly, /deploy-shift lambda UpdateAlias/)).toContain(
      'fencing numbers only rise',
    );
  });

  it('is caught: a Shift that does not read the pointer back', async () => {
    expect(await caught('second', pointerNotReadBack, /deploy-shift kvs UpdateKeys/, OUTAGE_MS)).toContain(
      'in the end one release has everything: the newest that succeeded, or blue',
    );
  });

  it('is caught: a SyncEdge that asks nobody whether a newer list was brought meanwhile', async () => {
    const read = /deploy-sync-edge ip-ranges GET/;
    expect(await caught('edge-meeting', claimLeftOut, read, undefined, ['stale'])).toContain(
      'an older list never undoes a newer one',
    );
  });

  it('is caught: a SyncPilot that takes any list that it reads', async () => {
    const read = /edge-sync-sync-pilot ip-ranges GET/;
    expect(await caught('edge-published', olderListTaken, read, undefined, ['stale'])).toContain(
      'an older list never undoes a newer one',
    );
  });

  it('is caught: a Rollback that is skipped', async () => {
    expect(await caught('canary', rollbackSkipped, /deploy-shift states/)).toContain(
      'in the end one release has everything: the newest that succeeded, or blue',
    );
  });
});
