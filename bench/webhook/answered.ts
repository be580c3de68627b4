import { Agent } from 'node:http';
import { connect } from './connected.ts';
import { answersTo, counted, githubExamples, otherExamples, repositoriesOf } from './examples.ts';
import { ANOTHER, ATTACKED, attacked, wronglyAnswered } from './forged.ts';
import type { Answers } from './judged.ts';
import type { Answered, Post } from './posted.ts';
import { startReceivers } from './receivers.ts';
import type { Scene } from './scene.ts';
import { postTo } from './sender.ts';

/** What payloads of the providers, and of those who are none, are answered. */
export async function measureAnswers(root: string, scene: Scene, forgeries: number): Promise<Answers[]> {
  const env = await scene.install('answers');
  const receivers = await startReceivers(root, 1, { ...process.env, ...env });
  const agent = new Agent({ keepAlive: true });
  const post = postTo(receivers.urls[0] ?? '', agent);
  try {
    const github = githubExamples();
    const others = otherExamples(root);
    for (const one of repositoriesOf([...github, ...others])) await connect(one);
    return [
      answersOf('payloads that GitHub documents', await answersTo(github, post)),
      answersOf('payloads of the other providers', await answersTo(others, post)),
      await forged(forgeries, post, scene),
    ];
  } finally {
    agent.destroy();
    await receivers.stop();
    scene.bus.taken('PushReceived');
  }
}

async function forged(most: number, post: Post, { bus }: Scene): Promise<Answers> {
  for (const [provider, repository] of Object.entries(ATTACKED))
    await connect({ provider: provider as keyof typeof ATTACKED, repository });
  await connect({ provider: 'github', repository: ANOTHER });
  const { attempts } = await attacked(most, post);
  bus.taken('PushReceived');
  const answers: Answered[] = [];
  for (const { posted } of attempts) answers.push(await post(posted));
  const told = bus.taken('PushReceived').length;
  const accepted = answers.filter(({ outcome }) => outcome === 'accepted').length;
  return {
    ...answersOf('forged, altered, sent again', answers),
    accepted: Math.max(accepted, told),
    wrong: wronglyAnswered(attempts, answers),
  };
}

const answersOf = (what: string, answers: readonly Answered[]): Answers => ({
  what,
  sent: answers.length,
  answers: counted(answers),
  errors: answers.filter(({ status }) => status === 0 || status >= 500).length,
  wrong: [],
});
