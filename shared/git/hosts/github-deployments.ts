import * as z from 'zod/mini';
import type { ShownDeployment } from '../host.ts';
import type { HostHttp } from './http.ts';
import { numberedPages } from './pages.ts';
import { line } from './words.ts';

const text = z.nullish(z.string());
const Made = z.object({ id: z.number() });
const Listed = z.array(z.object({ id: z.number(), payload: z.unknown() }));
const Status = z.object({ state: z.string(), description: text, environment_url: text, log_url: text });
type Status = z.output<typeof Status>;

/** So many deployments before one that succeeds are looked at. */
const BEFORE = 10;

/**
 * Shows a deployment: it is made once, found again by our id in its payload, and given a status where the last one says
 * something else. What succeeded there before serves no more. @see https://docs.github.com/en/rest/deployments
 * @param path of the repository’s deployments.
 */
export const showDeployment = (http: HostHttp, path: string, shown: ShownDeployment): Promise<void> =>
  http.untilAnswered(async () => {
    const id = (await found(http, path, shown)) ?? (await made(http, path, shown));
    await tell(http, `${path}/${id}/statuses`, statusOf(shown));
    if (shown.state === 'success') await endBefore(http, path, shown);
  });

const statusOf = ({ state, text, url, log }: ShownDeployment): Status => ({
  state,
  description: line(text),
  ...(url && { environment_url: url }),
  ...(log && { log_url: log }),
});

async function tell(http: HostHttp, statuses: string, wanted: Status): Promise<void> {
  const last = await lastOf(http, statuses);
  if (!last || !isSame(last, wanted)) await http.send({ method: 'POST', path: statuses, body: wanted });
}

/** GitHub lists the newest first. */
const lastOf = async (http: HostHttp, statuses: string): Promise<Status | undefined> =>
  (await http.json(z.array(Status), `${statuses}?per_page=1`))[0];

/** GitHub shows an address that was not given as an empty one. */
const isSame = (one: Status, other: Status): boolean =>
  (['state', 'description', 'environment_url', 'log_url'] as const).every(
    (key) => (one[key] || undefined) === (other[key] || undefined),
  );

async function found(http: HostHttp, path: string, { id, commit, environment }: ShownDeployment) {
  const query = new URLSearchParams({ sha: commit, environment });
  const listed = await numberedPages(`${path}?${query}`, (page) => http.json(Listed, page));
  return listed.find(({ payload }) => ourId(payload) === id)?.id;
}

const Payload = z.object({ pilotage: z.string() });

/** GitHub gives a payload back as it came, or as JSON in a text. */
function ourId(payload: unknown): string | undefined {
  if (typeof payload !== 'string') return z.safeParse(Payload, payload).data?.pilotage;
  return /^\{"pilotage": ?"([\w-]+)"\}$/.exec(payload)?.[1];
}

/** Without `auto_merge: false` GitHub would merge branches, without `required_contexts` wait for what tells of us. */
async function made(http: HostHttp, path: string, shown: ShownDeployment): Promise<number> {
  const { id, commit, environment, isProduction } = shown;
  const body = {
    ref: commit,
    auto_merge: false,
    required_contexts: [],
    payload: { pilotage: id },
    description: line(id),
    environment,
    production_environment: isProduction,
    transient_environment: !isProduction,
  };
  return (await http.json(Made, { method: 'POST', path, body })).id;
}

/** GitHub itself ends no deployments of production, and none that are transient. Our ids sort by time. */
async function endBefore(http: HostHttp, path: string, { id, environment }: ShownDeployment): Promise<void> {
  const query = new URLSearchParams({ environment, per_page: String(BEFORE) });
  for (const other of await http.json(Listed, `${path}?${query}`)) {
    const before = ourId(other.payload);
    if (before === undefined || before >= id) continue;
    const statuses = `${path}/${other.id}/statuses`;
    const last = await lastOf(http, statuses);
    if (last?.state === 'success')
      await http.send({ method: 'POST', path: statuses, body: { ...last, state: 'inactive' } });
  }
}
