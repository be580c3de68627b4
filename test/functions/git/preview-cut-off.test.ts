import { keepConnection } from '../../../shared/ledger/connections.ts';
import { accept } from '../../../shared/ledger/deployments.ts';
import { listPreviews } from '../../../shared/ledger/previews.ts';
import { emulatorUrl } from '../../support/emulator.ts';
import { type Faulty, faultsBefore } from '../../support/faulty.ts';
import { type GitServer, gitServer } from '../../support/git-server.ts';
import { type Stage, setStage } from '../../support/stage.ts';
import { type WithPulls, withPulls } from './pull-requests.ts';

for (const level of ['error', 'warn'] as const) jest.spyOn(console, level).mockImplementation();

let stage: Stage;
let git: GitServer;
let faulty: Faulty;
let site: WithPulls;
let commit: string;
beforeAll(async () => {
  stage = await setStage();
  git = await gitServer();
  faulty = await faultsBefore(emulatorUrl());
  process.env.AWS_ENDPOINT_URL_DYNAMODB = faulty.url;
  process.env.INSTALLATION = `pilotage-cut-off-${process.pid}`;
  site = await withPulls(stage, git);
  commit = await site.change({ 'index.html': 'one' });
  await site.open();
}, 60_000);
afterAll(async () => {
  await git.stop();
  await stage.close();
  await faulty.close();
});

const opened = () => site.received(1, commit);
/** The preview has its place, and its deployment is known. */
async function made(): Promise<void> {
  await opened();
  for (const { deployment: id, ...of } of site.asked()) await accept({ id, ...of });
}

/** Cuts a piece of work off after each of its calls of the ledger, or before the bus hears of it, and has it done again. */
async function eachTime(prepare: () => Promise<void>, work: () => Promise<void>, judge: () => Promise<void>) {
  const anew = async () => {
    await stage.fresh();
    site.asked();
    await keepConnection(site.connection);
    await prepare();
    site.asked();
    faulty.heal();
  };
  await anew();
  await work();
  const calls = faulty.seen.length;
  await judge();
  expect(calls).toBeGreaterThan(5);
  for (let after = 0; after < calls; after++) {
    await anew();
    faulty.cutOff(after);
    await work().catch(() => undefined);
    faulty.heal();
    await work();
    await judge();
  }
  await anew();
  stage.failing.PutEvents = 4;
  await expect(work()).rejects.toThrow();
  await work();
  await judge();
}

const ids = () => [...new Set(site.asked().map(({ deployment }) => deployment))];

describe('webhook pull request: the previews of one, by a function that is cut off anywhere', () => {
  it('are asked for once', async () => {
    await eachTime(
      async () => {},
      opened,
      async () => {
        const [preview, ...more] = await listPreviews();
        expect(more).toEqual([]);
        expect(ids()).toEqual([preview?.deployment]);
      },
    );
  }, 120_000);

  it('are asked to be removed once, by the function or by the round', async () => {
    await git.closePull(site.name, 1);
    const judge = async () => {
      const [preview] = await listPreviews();
      expect(ids()).toEqual([preview?.removal?.deployment]);
      expect(preview?.removal?.tries).toBe(1);
    };
    const beforehand = async () => {
      await git.reopenPull(site.name, 1);
      await made();
      await git.closePull(site.name, 1);
    };
    await eachTime(beforehand, () => site.closed(1), judge);
    await eachTime(beforehand, site.keep, judge);
  }, 240_000);
});
