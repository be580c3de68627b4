import { join } from 'node:path';
import { formatProblem } from '../shared/errors.ts';
import { endChildrenToo, stopChildren } from './children.ts';
import { bringUp, NotUp } from './environment.ts';
import { type Example, examples } from './example/example.ts';
import { openMailbox } from './mailbox.ts';
import { claimRun } from './one-run.ts';
import { startOptions } from './options.ts';
import { endAsOrphan } from './orphan.ts';
import { busyPort, chosenPorts } from './ports.ts';
import { bringInLines, bringInTerminal } from './progress.ts';
import { tellStory } from './story.ts';

const root = process.cwd();
const began = Date.now();
const options = startOptions(process.argv, Object.keys(examples));
/** Ctrl-C and its like end the emulator too, which is then no news. */
let leaving = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    leaving = true;
  });
}
// From the first moment on: somebody may think better of it while nothing runs yet.
endChildrenToo();
endAsOrphan();

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function main(): Promise<void> {
  const claim = claimRun(join(root, '.local'));
  if ('problem' in claim) throw new NotUp(claim.problem);
  process.once('exit', claim.release);
  const chosen = chosenPorts(
    { emulator: options.port, edge: options.edgePort, balancer: options.balancerPort },
    process.env,
  );
  if ('problem' in chosen) throw new NotUp(chosen.problem);
  const busy = await busyPort(chosen.ports);
  if (busy) throw new NotUp(busy);

  const bring = process.stdout.isTTY ? bringInTerminal() : bringInLines(say);
  const environment = await bringUp(root, chosen.ports, bring);
  const example = examples[options.example];
  if (!example) throw new Error(`no example is named ${options.example}`);
  const mailbox = await openMailbox(environment.emulator, environment.outputs.Topic ?? '');
  say('');
  const { url, ...story } = await tellStory({ root, environment, mailbox, say }, example);

  if (options.once) {
    mailbox.close();
    await environment.stop();
    const seconds = Math.round((Date.now() - began) / 100) / 10;
    process.stdout.write(`${JSON.stringify({ ...story, seconds })}\n`);
    process.exitCode = story.failed === 0 ? 0 : 1;
    return;
  }
  say(whatNext(url, example, environment.emulator.url));
  environment.emulator.ended.then(() => {
    if (leaving) return;
    say(`The emulator has ended by itself; its log is ${environment.emulator.log}`);
    process.exit(1);
  });
}

const whatNext = (url: string, { name, pilot, versions }: Example, emulator: string): string => `
Open ${url}
Then, in another terminal:
  npx pilot status                             what is live
  ${`npx pilot history ${pilot}`.padEnd(42)}   what was deployed
  ${`npx pilot rollback ${pilot}`.padEnd(42)}   back to the release before
  ${`npx pilot deploy examples/${name}/${versions.at(-1)}`.padEnd(42)}   forward again
  npx pilot validate examples/${name}/${versions[0]}/pilot.yaml
All of AWS is at ${emulator} (key id and secret: test). Ctrl-C ends everything.`;

main().catch(async (error: unknown) => {
  // What was under way when somebody pressed Ctrl-C has not failed.
  if (leaving) return;
  process.stderr.write(
    error instanceof NotUp ? `${formatProblem(error.problem)}\n${error.problem.hint ?? ''}\n` : `${String(error)}\n`,
  );
  await stopChildren();
  process.exit(1);
});
