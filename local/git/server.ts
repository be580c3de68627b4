import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { type Answer, notFound, Refused } from './api/answer.ts';
import { archive } from './api/archive.ts';
import { carryOut } from './api/operations.ts';
import { runBackend } from './backend.ts';
import type { Faults } from './faults.ts';
import type { Forge } from './forge.ts';
import { pageAt } from './page.ts';
import { isRepositoryName, type Repository } from './repository.ts';
import type { Tokens } from './tokens.ts';

const SERVICE = /^\/([\w-]+\/[\w.-]+?)(?:\.git)?\/(info\/refs|git-upload-pack|git-receive-pack)$/;
const API = /^\/api\/v3\/repos\/([^/]+\/[^/]+)(\/.*)?$/;
const INSTALLATION = /^\/api\/v3\/app\/installations\/([^/]+)\/access_tokens$/;
const ARCHIVE = /^\/_codeload\/([^/]+\/[^/]+)\/legacy\.zip\/(.+)$/;
/** For programs: everything else is for people. */
const PROGRAMS = /^\/(?:api|_codeload)\//;
/** A push ends in a build on this machine: a page that somebody’s browser shows may not make one under a name of its own. */
const OURS = /^(?:127\.0\.0\.1|localhost|[\w.-]+\.localhost)(?::\d+)?$/;

/** Serves repositories and the API over HTTP, at one origin. */
export const createGitServer = (forge: Forge, faults: Faults, tokens: Tokens): Server =>
  createServer((request, response) => {
    handle({ forge, faults, tokens }, request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500);
      response.end(String(error));
    });
  });

interface Served {
  forge: Forge;
  faults: Faults;
  tokens: Tokens;
}

async function handle(served: Served, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { forge, faults } = served;
  const { pathname } = new URL(request.url ?? '/', 'http://local');
  if (!OURS.test(request.headers.host ?? '')) return void response.writeHead(421).end();
  const fault = faults.next(pathname);
  if (typeof fault === 'number') return send(response, new Refused(fault, 'Something went wrong').answer);
  const [, name, service] = SERVICE.exec(pathname) ?? [];
  const repository = name && (forge.repository(name) ?? (await madeByPush(forge, name, request)));
  if (!repository) return answer(served, request, response, pathname, fault === 'lost');
  const serve = () => runBackend(forge.root, `/${name}.git/${service}`, request, response);
  await (service === 'git-receive-pack' ? forge.changing(repository, serve) : serve());
  if (fault === 'lost') response.destroy();
  else response.end();
}

/**
 * The repository that a first push is for: git asks what is there before it sends anything. A browser’s page could ask
 * that as well, and browsers say what they fetch for: https://www.w3.org/TR/fetch-metadata/
 */
async function madeByPush(forge: Forge, name: string, request: IncomingMessage): Promise<Repository | undefined> {
  const asked = new URL(request.url ?? '/', 'http://local').searchParams.get('service');
  const isBrowser = request.headers['sec-fetch-mode'] !== undefined;
  if (asked !== 'git-receive-pack' || isBrowser || !isRepositoryName(name)) return undefined;
  return forge.createRepository(name);
}

async function answer(
  served: Served,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  isLost: boolean,
): Promise<void> {
  let given: Answer;
  try {
    given = await answerTo(served, request, path);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    given = error.answer;
  }
  if (isLost) response.destroy();
  else await send(response, given);
}

async function answerTo({ forge, tokens }: Served, request: IncomingMessage, path: string): Promise<Answer> {
  const [, archived = '', ref = ''] = ARCHIVE.exec(path) ?? [];
  const stored = archived && forge.repository(archived);
  if (stored) return archive(stored.folder, archived, decodeURIComponent(ref));
  if (request.method === 'GET' && !PROGRAMS.test(path))
    return pageAt({ forge, token: tokens.own }, path, request.headers.accept);
  if (!request.headers['user-agent']) throw new Refused(403, 'Request forbidden by administrative rules.');
  const { authorization } = request.headers;
  if (!authorization) throw new Refused(401, 'Requires authentication');
  const [, installation] = INSTALLATION.exec(path) ?? [];
  if (installation) return accessToken(tokens, installation, authorization, await bodyOf(request));
  const [, name = '', rest = ''] = API.exec(path) ?? [];
  if (!name) throw notFound();
  if (!tokens.allows(authorization, name.slice(name.indexOf('/') + 1), Date.now()))
    throw new Refused(401, 'Bad credentials');
  const repository = forge.repository(name);
  if (!repository) throw notFound();
  return carryOut(request.method ?? 'GET', rest, {
    ...{ forge, repository, body: await bodyOf(request), accept: request.headers.accept ?? '' },
    query: new URL(request.url ?? '/', 'http://local').searchParams,
    origin: `http://${request.headers.host}`,
  });
}

/** https://docs.github.com/en/rest/apps/apps#create-an-installation-access-token-for-an-app */
function accessToken(
  tokens: Tokens,
  installation: string,
  authorization: string,
  body: Record<string, unknown>,
): Answer {
  const names = Array.isArray(body.repositories) ? body.repositories.map(String) : undefined;
  const given = tokens.give(installation, authorization, names, Date.now());
  if (!given) throw new Refused(401, 'A JSON web token could not be decoded');
  return { status: 201, body: { ...given, permissions: {}, repository_selection: names ? 'selected' : 'all' } };
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const body = await text(request);
  try {
    const read: unknown = body ? JSON.parse(body) : {};
    if (typeof read === 'object' && read) return read as Record<string, unknown>;
  } catch {
    throw new Refused(400, 'Problems parsing JSON');
  }
  throw new Refused(400, 'Body should be a JSON object');
}

async function send(response: ServerResponse, { status, headers, body }: Answer): Promise<void> {
  if (body instanceof Readable) {
    response.writeHead(status, headers);
    // Whoever asked may have had enough of it.
    return pipeline(body, response).catch(() => undefined);
  }
  const isBytes = Buffer.isBuffer(body);
  response.writeHead(status, { ...(!isBytes && { 'content-type': 'application/json; charset=utf-8' }), ...headers });
  response.end(body === undefined || isBytes ? body : JSON.stringify(body));
}
