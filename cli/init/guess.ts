import { open, readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { PILOT_NAME } from '../../shared/manifest/identifiers.ts';
import { suggestedName } from '../../shared/manifest/name.ts';
import type { TargetName } from '../../shared/manifest/sections/index.ts';

/** What a folder tells of the pilot in it. */
export interface Guess {
  name?: string;
  target?: TargetName;
  /** What it was seen by: `Dockerfile`. */
  because?: string;
  /** The port that the container listens on. */
  port?: number;
  /** The folder that a build leaves, where its tool is known. */
  output?: string;
  /** Of a function, where its code tells. */
  handler?: string;
  /** The site lies beside the manifest, where the zip has to be made of it. */
  loose?: boolean;
  /** The page for what does not exist. */
  notFound?: string;
}

/** Looks at a folder: a Dockerfile, a package.json, an index.html. */
export async function guessFrom(folder: string): Promise<Guess> {
  const names = new Set(await readdir(folder).catch(() => []));
  const about = names.has('package.json') ? await packageIn(folder) : undefined;
  const name = validName(about?.name) ?? validName(basename(folder));
  const known = { ...(name && { name }) };
  if (names.has('Dockerfile')) return { ...known, target: 'ecs', because: 'Dockerfile', ...(await exposed(folder)) };
  const handler = HANDLERS.find((file) => names.has(file));
  if (about && handler) return { ...known, target: 'lambda', because: handler, handler: 'handler.handler' };
  if (about && isLambda(about)) return { ...known, target: 'lambda', because: 'package.json' };
  const output = about && outputOf(about);
  if (output) return { ...known, target: 'static', because: 'package.json', output };
  if (names.has('index.html'))
    return {
      ...known,
      target: 'static',
      because: 'index.html',
      loose: true,
      ...(names.has('404.html') && { notFound: '404.html' }),
    };
  return known;
}

interface Package {
  name?: string;
  dependencies?: Record<string, string> | null;
  devDependencies?: Record<string, string> | null;
}

async function packageIn(folder: string): Promise<Package | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
    return typeof value === 'object' && value !== null ? (value as Package) : undefined;
  } catch {
    // It is only looked at for a hint.
    return undefined;
  }
}

/** A scope is no part of a pilot's name. */
function validName(name: unknown): string | undefined {
  if (typeof name !== 'string') return undefined;
  const found = suggestedName(name.replace(/^@[^/]*\//, '').slice(0, 32));
  return found && PILOT_NAME.test(found) ? found : undefined;
}

const uses = ({ dependencies, devDependencies }: Package, name: string): boolean =>
  Object.hasOwn(dependencies ?? {}, name) || Object.hasOwn(devDependencies ?? {}, name);

/** Where people put a function whose name is `handler`. */
const HANDLERS = ['handler.js', 'handler.mjs', 'handler.cjs', 'handler.ts'];

const isLambda = (about: Package): boolean => uses(about, '@types/aws-lambda') || uses(about, 'aws-lambda');

/** Where build tools leave a site, by their own defaults. */
const OUTPUTS: [tool: string, folder: string][] = [
  ['vite', 'dist'],
  ['astro', 'dist'],
  ['@11ty/eleventy', '_site'],
  ['next', 'out'],
  ['gatsby', 'public'],
  ['react-scripts', 'build'],
];

const outputOf = (about: Package): string | undefined => OUTPUTS.find(([tool]) => uses(about, tool))?.[1];

const MOST = 64 * 1024;

/** The first port that a Dockerfile exposes. */
async function exposed(folder: string): Promise<{ port?: number }> {
  const handle = await open(join(folder, 'Dockerfile')).catch(() => undefined);
  if (!handle) return {};
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(MOST), 0, MOST, 0);
    const port = Number(/^\s*EXPOSE\s+(\d{1,5})/im.exec(buffer.toString('utf8', 0, bytesRead))?.[1]);
    return port >= 1 && port <= 65_535 ? { port } : {};
  } catch {
    return {};
  } finally {
    await handle.close();
  }
}
