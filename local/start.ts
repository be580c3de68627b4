import { join } from 'node:path';
import { formatProblem } from '../shared/errors.ts';
import { endChildrenToo, stopChildren } from './children.ts';
import { bringUp, NotUp } from './environment.ts';
import { type Example, examples } from './example/example.ts';
import { gitExample } from './example/git.ts';
import { missingGit } from './git/command.ts';
import { openMailbox } from './mailbox.ts';
import { claimRun } from './one-run.ts';
import { startOptions } from './options.ts';
import { endAsOrphan } from './orphan.ts';
import { busyPort, chosenPorts } from './ports.ts';
import { bringInLines, bringInTerminal } from './progress.ts';
import { type Scene, type Story, tellStory } from './story.ts';
import { pushFirst, tellPush } from './story-push.ts';
import { whatNext } from './what-next.ts';

const root = process.cwd();
const began = Date.now();
const options = startOptions(process.argv, [...Object.keys(examples), gitExample.name]);
/** Ctrl-C and its like end the emulator too, which is then no news. */
const leaving = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => leaving.abort());
// From the first moment on: somebody may think better of it while nothing runs yet.
endChildrenToo((line) => void process.stderr.write(`${line}\n`));
endAsOrphan();

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function main(): Promise<void> {
  const claim = claimRun(join(root, '.local'));
  if ('problem' in claim) throw new NotUp(claim.problem);
  process.once('exit', claim.release);
  const chosen = chosenPorts(
    { emulator: options.port, edge: options.edgePort, balancer: options.balancerPort, git: options.gitPort },
    process.env,
  );
  if ('problem' in chosen) throw new NotUp(chosen.problem);
  const busy = await busyPort(chosen.ports);
  if (busy) throw new NotUp(busy);
  const missing = options.example === gitExample.name ? await missingGit() : undefined;
  if (missing) throw new NotUp(missing);

  const bring = process.stdout.isTTY ? bringInTerminal(leaving.signal) : bringInLines(say);
  const environment = await bringUp(root, chosen.ports, bring);
  const example = examples[options.example];
  const mailbox = await openMailbox(environment.emulator, environment.outputs.Topic ?? '');
  say('');
  const told = await tell({ root, environment, mailbox, say }, example);

  if (options.once) {
    mailbox.close();
    await environment.stop();
    const seconds = Math.round((Date.now() - began) / 100) / 10;
    const sum = (of: Exclude<keyof Story, 'url'>) => told.reduce((all, story) => all + story[of], 0);
    const failed = sum('failed');
    const counts = { deployments: sum('deployments'), swaps: sum('swaps'), requests: sum('requests'), failed };
    process.stdout.write(`${JSON.stringify({ ...counts, seconds })}\n`);
    process.exitCode = failed === 0 ? 0 : 1;
    return;
  }
  say(whatNext(environment, example ?? gitExample, told[0]?.url ?? '', told.length > 1 || !example));
  environment.emulator.ended.then(() => {
    if (leaving.signal.aborted) return;
    say(`The emulator has ended by itself; its log is ${environment.emulator.log}`);
    process.exit(1);
  });
}

/** The example that was asked for; with the usual one, what a push does as well. */
async function tell(scene: Scene, example: Example | undefined): Promise<Story[]> {
  const { git } = scene.environment;
  if (example && (example !== examples.static || !git)) {
    const told = [await tellStory(scene, example)];
    if (example === examples.static) say('\nWhat a push does is not shown: git is not on this machine');
    return told;
  }
  if (!git) throw new Error('git is not on this machine');
  // First of all: it takes AWS a while to know of the role under which it is built.
  const pushing = await pushFirst(scene, git);
  say('');
  const told = example ? [await tellStory(scene, example)] : [];
  if (example) say('\nAnd what was pushed:');
  return [...told, await tellPush(pushing)];
}

main().catch(async (error: unknown) => {
  // What was under way when somebody pressed Ctrl-C has not failed.
  if (leaving.signal.aborted) return;
  process.stderr.write(
    error instanceof NotUp ? `${formatProblem(error.problem)}\n${error.problem.hint ?? ''}\n` : `${String(error)}\n`,
  );
  await stopChildren();
  process.exit(1);
});
