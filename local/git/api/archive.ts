import { Readable } from 'node:stream';
import { gitStream } from '../command.ts';
import { commitNamed } from '../refs.ts';
import { defaultBranchOf, fullNameOf } from '../repository.ts';
import { type Answer, type Call, notFound, type Route } from './answer.ts';

/** An archive lies elsewhere, for whoever has the link. https://docs.github.com/en/rest/repos/contents#download-a-repository-archive-zip */
async function zipball(call: Call): Promise<Answer> {
  const name = call.params.ref || (await defaultBranchOf(call.repository));
  if (!(await commitNamed(call.repository.folder, name))) throw notFound();
  const path = `${fullNameOf(call.repository)}/legacy.zip/${encodeURI(name)}`;
  return { status: 302, headers: { location: `${call.origin}/_codeload/${path}` } };
}

/** The archive itself, of one folder that is named after the repository and the commit. */
export async function archive(folder: string, fullName: string, name: string): Promise<Answer> {
  const commit = await commitNamed(folder, name);
  if (!commit) throw notFound();
  const prefix = `${fullName.replace('/', '-')}-${commit.slice(0, 7)}`;
  const made = gitStream(folder, ['archive', '--format=zip', `--prefix=${prefix}/`, commit]);
  made.stdin.end();
  const headers = {
    'content-type': 'application/zip',
    'content-disposition': `attachment; filename=${prefix}.zip`,
  };
  return { status: 200, headers, body: Readable.from(made.stdout) };
}

export const ARCHIVES: Route[] = [
  { method: 'GET', path: '/zipball', carryOut: zipball },
  { method: 'GET', path: '/zipball/*ref', carryOut: zipball },
];
