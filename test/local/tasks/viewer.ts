import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';

export interface Seen {
  status: number;
  body: string;
  headers: Record<string, unknown>;
}

/** A viewer who keeps connections, as browsers do. */
export function viewerOf(url: string, agent = new Agent({ keepAlive: true, maxSockets: 64 })) {
  const { host, port } = new URL(url);
  const ask = (path: string, headers: Record<string, string> = {}): Promise<Seen> =>
    new Promise((resolve, reject) => {
      const asking = request({ host: '127.0.0.1', port, path, agent, headers: { host, ...headers } }, (response) => {
        const { statusCode: status = 0, headers: told } = response;
        text(response).then((body) => resolve({ status, body, headers: told }), reject);
      });
      asking.on('error', reject).end();
    });
  /** How often each answer came, as `200 Acme Shop v1`. */
  const count = async (path: string, times: number): Promise<Record<string, number>> => {
    const counted: Record<string, number> = {};
    for (let left = times; left > 0; left -= 10)
      for (const { status, body } of await Promise.all(Array.from({ length: Math.min(10, left) }, () => ask(path)))) {
        const answer = `${status} ${body.trim()}`;
        counted[answer] = (counted[answer] ?? 0) + 1;
      }
    return counted;
  };
  return { ask, count, leave: () => agent.destroy() };
}
