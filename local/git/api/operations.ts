import { type Answer, type Call, notFound, type Route } from './answer.ts';
import { ARCHIVES } from './archive.ts';
import { CODE } from './code.ts';
import { COMMENTS } from './comments.ts';
import { CONTENTS } from './contents.ts';
import { DEPLOYMENTS } from './deployments.ts';
import { HOOKS } from './hooks.ts';
import { PULLS } from './pulls.ts';
import { STATUSES } from './statuses.ts';

/** The first that fits counts: what is below a commit comes before the commit, whose name may hold slashes. */
const OPERATIONS = [
  ...STATUSES,
  ...COMMENTS,
  ...DEPLOYMENTS,
  ...HOOKS,
  ...PULLS,
  ...CONTENTS,
  ...ARCHIVES,
  ...CODE,
].map((route) => ({
  route,
  pattern: patternOf(route),
}));

function patternOf({ path }: Route): RegExp {
  const parts = path.replace(/:(\w+)/g, '(?<$1>[^/]+)').replace(/\*(\w+)/g, '(?<$1>.+)');
  return new RegExp(`^${parts}$`);
}

/** Carries out what is asked of a repository, as `/repos/{owner}/{repo}` is followed by it. @throws Refused */
export async function carryOut(method: string, path: string, call: Omit<Call, 'params'>): Promise<Answer> {
  for (const { route, pattern } of OPERATIONS) {
    const fits = route.method === method && pattern.exec(path);
    if (!fits) continue;
    const params = Object.entries(fits.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]);
    return route.carryOut({ ...call, params: Object.fromEntries(params) });
  }
  throw notFound();
}
