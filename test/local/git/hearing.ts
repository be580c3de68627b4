import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { LocalGit } from '../../../local/git/git.ts';

/** Whoever webhooks are sent to. */
export interface Hearing {
  url: string;
  answer: { status: number; body: string };
  /** What came since it was asked last. */
  take(): { headers: Record<string, string | undefined>; body: Buffer }[];
  /** Makes a hook that leads here; its ping is not told. */
  hookOf(git: LocalGit, name: string, secret: string): Promise<void>;
  stop(): Promise<void>;
}

export async function hearing(): Promise<Hearing> {
  let heard: ReturnType<Hearing['take']> = [];
  const server = createServer(async (request, response) => {
    heard.push({ headers: request.headers as Record<string, string>, body: await buffer(request) });
    response.writeHead(here.answer.status).end(here.answer.body);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const here: Hearing = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/github/0123456789ab`,
    answer: { status: 202, body: '{"outcome":"accepted"}' },
    take: () => heard.splice(0),
    async hookOf(git, name, secret) {
      const config = { url: here.url, content_type: 'json', secret };
      const answer = await fetch(`${git.api}/repos/${name}/hooks`, {
        method: 'POST',
        headers: { authorization: `Bearer ${git.token}` },
        body: JSON.stringify({ name: 'web', active: true, events: ['push', 'pull_request'], config }),
      });
      if (answer.status !== 201) throw new Error(await answer.text());
      await git.settled();
      heard = [];
    },
    stop: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
  return here;
}
