import { type Provisioning, provision } from '../../shared/provisioning/provision.ts';
import type { Wanted } from '../../shared/provisioning/wanted.ts';
import { SERVICE_ROLE } from './service-role.ts';
import { type CloudFormation, standIn } from './stand-in/cloudformation.ts';
import type { Fault } from './stand-in/wire.ts';
import { LOGS, QUEUE, TOPIC, untilEnd, wantedWith } from './wanted.ts';

let aws: CloudFormation;
beforeAll(async () => {
  aws = await standIn();
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL_CLOUDFORMATION: aws.url,
    AWS_ENDPOINT_URL_IAM: aws.url,
  });
});
afterAll(() => aws.close());
beforeEach(() => aws.reset());

const LATER = 'acme-shop_production_20260102T040405Z-0123456789ab';
const small = { Logs: LOGS, Queue: QUEUE };
const large = { ...small, Topic: TOPIC };

async function made(): Promise<void> {
  await untilEnd(wantedWith(small));
  Object.assign(aws.stack ?? {}, { createdAt: new Date(0), changedAt: new Date(0) });
  aws.calls.length = 0;
  aws.executed.length = 0;
}

interface Story {
  before(): Promise<unknown> | unknown;
  wanted(): Wanted;
  /** As often a change set is executed. */
  executed: number;
  end: object;
}

const stories: Record<string, Story> = {
  'making a stack': {
    before() {
      aws.pending = 1;
    },
    wanted: () => wantedWith(small),
    executed: 1,
    end: { outcome: 'provisioned', stack: 'made' },
  },
  'making a stack under a role that has to be made': {
    before: () => aws.roles.clear(),
    wanted: () => wantedWith(small),
    executed: 1,
    end: { outcome: 'provisioned', stack: 'made' },
  },
  'changing a stack': {
    before: made,
    wanted: () => wantedWith(large, { deployment: LATER }),
    executed: 1,
    end: { outcome: 'provisioned', stack: 'changed' },
  },
  'leaving a stack as it is': {
    before: made,
    wanted: () => wantedWith(small, { deployment: LATER }),
    executed: 0,
    end: { outcome: 'provisioned', stack: 'unchanged' },
  },
  'making a stack in place of one that never was complete': {
    before: () => aws.given('ROLLBACK_COMPLETE'),
    wanted: () => wantedWith(small),
    executed: 1,
    end: { outcome: 'provisioned', stack: 'made' },
  },
  'a change that fails, and whose undoing has to be begun again': {
    async before() {
      await made();
      aws.failing.set('Topic', 'not allowed');
      aws.stubborn = { name: 'Queue', times: 1 };
    },
    wanted: () => wantedWith(large, { deployment: LATER }),
    executed: 1,
    end: { outcome: 'failed', code: 'STACK_FAILED' },
  },
  'a change that is refused': {
    before: made,
    wanted: () => wantedWith({ Logs: LOGS }, { deployment: LATER }),
    executed: 0,
    end: { outcome: 'refused' },
  },
};

/** What is thrown is tried again, by the machine or by the next look. */
async function lookAgainAndAgain(wanted: Wanted): Promise<{ end: Provisioning; thrown: number }> {
  let thrown = 0;
  for (let look = 0; look < 80; look++) {
    try {
      const end = await provision(wanted);
      if (end.outcome !== 'parked') return { end, thrown };
    } catch {
      thrown++;
    }
  }
  throw new Error('it never ends');
}

describe.each(Object.entries(stories))('%s', (_, story) => {
  /** From the same beginning, with a fault at the call of this number; none where it is undefined. */
  async function play(fault?: [number, Fault]) {
    aws.reset();
    await story.before();
    aws.calls.length = 0;
    if (fault) aws.faults.set(...fault);
    const wanted = story.wanted();
    const { end, thrown } = await lookAgainAndAgain(wanted);
    return { end, thrown, calls: [...aws.calls], again: await provision(wanted) };
  }

  it.each(['fails', 'lost', 'cut off'] as const)(
    'ends the same, and is done once, whichever call is %s',
    async (kind) => {
      const { calls } = await play();
      for (const at of calls.keys()) {
        const { end, thrown, again } = await play([at, kind]);
        const told = { at, call: calls[at] };
        expect({ ...told, end }).toMatchObject({ ...told, end: story.end });
        expect({ ...told, executed: aws.executed.length, thrown }).toEqual({
          ...told,
          executed: story.executed,
          thrown: kind === 'cut off' ? 0 : 1,
        });
        expect({ ...told, again: again.outcome }).toEqual({ ...told, again: end.outcome });
        const { isProtected, policy } = aws.stack ?? {};
        if (end.outcome === 'provisioned') expect([isProtected, policy]).toEqual([true, story.wanted().policy]);
        expect([...aws.roles.values()].map(({ policies }) => [...policies])).toEqual([SERVICE_ROLE.policies]);
      }
    },
  );
});

it('a call that CloudFormation throttles is made again', async () => {
  const { executed, end } = stories['making a stack'] as Story;
  const calls = ['DescribeStacks', 'CreateChangeSet', 'DescribeChangeSet', 'ExecuteChangeSet'];
  for (const at of calls.keys()) {
    aws.reset();
    aws.faults.set(at, 'throttled');
    expect(await lookAgainAndAgain(wantedWith(small))).toMatchObject({ end, thrown: 0 });
    expect(aws.executed).toHaveLength(executed);
  }
});
