import { lambdaApi } from '../../cli/api.ts';
import { type Followed, follow } from '../../cli/follow.ts';
import { plainReporter } from '../../cli/reporters/plain.ts';
import type { DeploymentNow } from '../../shared/api.ts';
import { type Aws, FUNCTION, startAws } from './support/aws.ts';
import { failed, ID, running, succeeded } from './support/deployments.ts';

let aws: Aws;
beforeEach(async () => {
  aws = await startAws();
});
afterEach(() => aws.close());

/** Follows a deployment that is seen like this, one look after the other; the last one stays. */
async function followed(looks: (DeploymentNow | 'unknown')[], options: object = {}): Promise<[Followed, string[]]> {
  let look = 0;
  aws.api = () => {
    const now = looks[Math.min(look++, looks.length - 1)];
    return now === 'unknown' ? { ok: false, code: 'DEPLOYMENT_UNKNOWN', message: '' } : { ok: true, answer: now };
  };
  const lines: string[] = [];
  const reporter = plainReporter({ write: (text) => lines.push(String(text).trimEnd()) > 0 });
  const connection = {
    endpoint: aws.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
  };
  const api = await lambdaApi(FUNCTION, connection);
  return [await follow(api, ID, reporter, { timeout: 60_000, pace: () => 0, ...options }), lines];
}

/** Without the clock of this machine. */
const texts = (lines: string[]) => lines.map((line) => line.replace(/^\S+ /, ''));

describe('following a deployment', () => {
  it('tells each step once, what it waits for and how far it is, until it ends', async () => {
    const deadline = `${new Date().toISOString().slice(0, 10)}T03:00:00.000Z`;
    const waiting = { awaits: 'acme-site_production_… to finish', deadline };
    const [end, lines] = await followed([
      'unknown',
      'unknown',
      running([]),
      running(['Validate', 'Queue'], { waiting }),
      running(['Validate', 'Queue'], { waiting }),
      running(['Validate', 'Queue', 'Prepare'], { progress: '1 of 2 files' }),
      running(['Validate', 'Queue', 'Prepare'], { progress: '2 of 2 files' }),
      succeeded(),
    ]);
    expect(end).toMatchObject({ why: 'ended', deployment: { status: 'succeeded' } });
    expect(texts(lines)).toEqual([
      'waiting for Pilotage to take it up',
      'Validate',
      'Queue',
      'Queue: waiting for acme-site_production_… to finish, until 03:00:00Z at most',
      'Prepare',
      'Prepare: 1 of 2 files',
      'Prepare: 2 of 2 files',
      'Verify',
      'Shift',
      'Finish',
      'Unlock',
    ]);
    expect(lines[1]).toBe('01:57:16Z Validate');
  });

  it('tells when a wait is over, where that is known, and else the day and time it may take at most', async () => {
    const waiting = { awaits: 'the bake at 10 % to end', deadline: '2020-02-03T04:48:14.000Z' };
    const [, lines] = await followed([
      running(['Shift'], { waiting }),
      running(['Shift'], { waiting: { ...waiting, wakeAt: '2020-02-03T03:48:14.000Z' } }),
      succeeded(),
    ]);
    expect(texts(lines)).toEqual(
      expect.arrayContaining([
        'Shift: waiting for the bake at 10 % to end, until 2020-02-03 04:48:14Z at most',
        'Shift: waiting for the bake at 10 % to end, due 03:48:14Z',
      ]),
    );
  });

  it('tells once what is waited for, however often somebody looks again, and anew in another step', async () => {
    const waiting = { awaits: 'AWS to know of the role', deadline: '2020-02-03T04:48:14.000Z' };
    const again = (second: number) =>
      running(['Provision'], { waiting: { ...waiting, wakeAt: `2020-02-03T03:48:0${second}.000Z` } });
    const between = running(['Provision'], { progress: 'waiting for AWS to know of the role' });
    const later = running(['Provision', 'Migrate'], { waiting });
    const [, lines] = await followed([again(1), again(3), between, again(5), again(7), later, later, succeeded()]);
    expect(texts(lines).filter((line) => line.includes('the role'))).toEqual([
      'Provision: waiting for AWS to know of the role, due 03:48:01Z',
      'Migrate: waiting for AWS to know of the role, until 2020-02-03 04:48:14Z at most',
    ]);
  });

  it('misses no step that was over before it looked', async () => {
    const [, lines] = await followed([failed()]);
    expect(texts(lines)).toEqual(['Validate', 'Queue', 'Prepare', 'Verify', 'Rollback', 'Unlock']);
  });

  it('goes on when AWS does not answer for a while, and says so once', async () => {
    let cuts = 7;
    aws.trouble = () => (cuts-- > 0 ? 'cut' : undefined);
    const [end, lines] = await followed([succeeded()]);
    expect(end.why).toBe('ended');
    expect(lines.filter((line) => line.includes('AWS does not answer, asking again'))).toHaveLength(1);
  });

  it('gives up when AWS stays away', async () => {
    aws.trouble = () => ({ status: 403, code: 'AccessDeniedException' });
    await expect(followed([succeeded()])).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  it('ends at its own deadline, with what was seen last', async () => {
    const [end] = await followed([running(['Validate'])], { timeout: 1 });
    expect(end).toMatchObject({ why: 'timeout', deployment: { step: 'Validate' } });
  });

  it('ends when nothing takes the upload up', async () => {
    expect((await followed(['unknown'], { acceptedWithin: 1 }))[0]).toEqual({ why: 'never accepted' });
  });

  it('ends at once when nobody wants to look any longer', async () => {
    const nobody = new AbortController();
    const never = { pace: () => 3_600_000, timeout: 7_200_000, signal: nobody.signal };
    const following = followed([running(['Validate'])], never);
    const looked = aws.api;
    aws.api = (request) => {
      nobody.abort();
      return looked(request);
    };
    expect((await following)[0].why).toBe('interrupted');
  });

  it('lets nothing that others wrote steer the terminal', async () => {
    const [, lines] = await followed([running(['Validate'], { progress: '\u001b[2Jgone\nnew line' }), succeeded()]);
    expect(lines.join('\n')).not.toContain('\u001b');
    expect(texts(lines)).toContain('Validate: �[2Jgone new line');
  });
});
