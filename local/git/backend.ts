import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { gitStream } from './command.ts';

/** Anybody may push, but not below what pull requests are kept. */
const SETTINGS = ['-c', 'http.receivepack=true', '-c', 'receive.hideRefs=refs/pull'];

/**
 * Answers by git’s own CGI program, body by body as it comes: https://git-scm.com/docs/git-http-backend
 * The answer is not ended yet, so that what a push has changed is known before whoever pushed goes on.
 */
export async function runBackend(
  root: string,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const header = (name: string): string => String(request.headers[name] ?? '');
  const program = gitStream(root, [...SETTINGS, 'http-backend'], {
    GIT_PROJECT_ROOT: root,
    GIT_HTTP_EXPORT_ALL: '1',
    PATH_INFO: path,
    REQUEST_METHOD: request.method ?? 'GET',
    QUERY_STRING: new URL(request.url ?? '/', 'http://local').search.slice(1),
    CONTENT_TYPE: header('content-type'),
    HTTP_CONTENT_ENCODING: header('content-encoding'),
    GIT_PROTOCOL: header('git-protocol'),
    REMOTE_ADDR: '127.0.0.1',
    REMOTE_USER: 'acme',
    // A body without a length goes to its end.
    ...(request.headers['content-length'] && { CONTENT_LENGTH: header('content-length') }),
  });
  const ended = once(program, 'exit');
  // Either side may go away first: whoever is left ends by itself.
  program.stdin.on('error', () => {});
  request.pipe(program.stdin);
  request.once('close', () => program.stdin.end());
  // Whoever asked may be gone; what they pushed counts all the same.
  await pipeline(program.stdout, answeredBy(response), response, { end: false }).catch(() => undefined);
  await ended;
}

const END_OF_HEAD = '\r\n\r\n';

/** Takes off the head that a CGI program writes, and answers by it. https://www.rfc-editor.org/rfc/rfc3875#section-6 */
const answeredBy = (response: ServerResponse) =>
  async function* (output: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    let head: Buffer | undefined = Buffer.alloc(0);
    for await (const chunk of output) {
      if (!head) {
        yield chunk;
        continue;
      }
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf(END_OF_HEAD);
      if (end < 0) continue;
      writeHead(response, head.subarray(0, end).toString('latin1'));
      yield head.subarray(end + END_OF_HEAD.length);
      head = undefined;
    }
    if (head) response.writeHead(500);
  };

function writeHead(response: ServerResponse, head: string): void {
  let status = 200;
  for (const line of head.split('\r\n')) {
    const [name = '', value = ''] = [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()];
    if (name.toLowerCase() === 'status') status = Number.parseInt(value, 10);
    else if (name) response.setHeader(name, value);
  }
  response.writeHead(status);
}
