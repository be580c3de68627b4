import { manifestOf } from '../support/manifest.ts';
import { MANIFESTS, PREVIEW } from './names.ts';
import { type Accepted, type BuiltInto, connectRepository, pushTo } from './repository.ts';
import { bundleNamed, functionNamed, imageNamed, nameOfImage, PILOT, type SiteName, zipNamed } from './sites.ts';
import type { World } from './world.ts';

/** Something that asked for a deployment, in the order in which people asked. */
export interface Trigger {
  at: number;
  /** Which content is to be live; nothing where the pilot is to go offline. */
  site: SiteName | 'nothing';
  /** What the event that asks for the deployment tells of it. */
  version?: string;
  request?: string;
  /** What was pushed, or is done once more. */
  commit?: string;
}

/** A cancellation that Pilotage said yes to. */
export interface Cancellation {
  at: number;
  deployment: string;
}

/** A removal of the preview that Pilotage said yes to. */
export interface AskedRemoval {
  at: number;
  deployment: string;
}

/** What a scenario does with the world, from outside. */
export interface Stage {
  world: World;
  triggers: Trigger[];
  cancelled: Cancellation[];
  removals: AskedRemoval[];
  /** What all but the preview was before its removal was asked for. */
  beside?: string;
  /** What webhooks were answered. */
  accepted: Accepted[];
  /** Things that are still to be done. */
  left(): number;
  /** Does something so many seconds after the run began. */
  at(seconds: number, act: () => void | Promise<void>): void;
  /** Uploads a site and its manifest, as `pilot deploy` does. */
  upload(site: SiteName, more?: string, zip?: Buffer): void;
  /** The same for a service of a content's image. */
  uploadService(site: SiteName, more?: string): void;
  /** The same for a function. */
  uploadFunction(site: SiteName, more?: string): void;
  /** The same for instances. */
  uploadInstances(site: SiteName, more?: string): void;
  /** The same for a pair of environments. */
  uploadBundle(site: SiteName, more?: string): void;
  /** Connects a repository that deploys the pilot, as `pilot connect` does. */
  connect(): void;
  /** Pushes a content’s code, of which the provider tells so many times. */
  push(site: SiteName, times?: number, into?: BuiltInto): Promise<void>;
  /** Asks for a rollback to a site, as `pilot rollback` does: until there is an answer, always the same request. */
  rollback(site: SiteName): Promise<void>;
  /** The same for a service’s release that is not the one before, by its name. */
  rollbackTo(site: SiteName): Promise<void>;
  /** Asks that the pilot goes offline, as `pilot offline --message` does. */
  offline(page?: string): Promise<void>;
  /** Asks that the newest snapshot takes the place of the database, as `pilot restore --in-place` does. */
  rewind(): Promise<void>;
  /** Asks that a site comes back, as `pilot online` does. */
  online(site: SiteName): Promise<void>;
  /** Asks that the preview goes, as `pilot remove` does. @returns the deployment's id. */
  remove(): Promise<string | undefined>;
  cancel(): Promise<void>;
  /** Asks for the latest deployment, which was one of this site, once more, as `pilot retry` does. */
  retry(site: SiteName): Promise<void>;
}

const HEAD = `apiVersion: pilotage/v1\nname: ${PILOT}\n`;
const TASKS = 'scaling: { min: 2, max: 4 }\n';
/** A database of the pilot's own, and what brings its schema to a version, and takes that back. */
export const migratesTo = (version: string): string => `database: { engine: postgres }
migrations: { command: [db, upgrade, ${version}], version: ${version}, reversible: [db, downgrade, ${version}], timeout: 10m }
`;
const BUNDLES = `beanstalk: { platform: Node.js 24 running on 64bit Amazon Linux 2023 }\n${TASKS}`;
const INSTANCES = `ec2: { port: 8000, start: [node, server.js] }\n${TASKS}`;

const ASKED_TIMES = 5;
const PAUSE_MS = 5_000;
/** Milliseconds between two webhooks of one push. */
const AGAIN_MS = 30;

export function stageOf(world: World): Stage {
  let left = 0;
  const { clock } = world;

  /** @returns what it was answered; undefined when it was refused, or nobody answered. */
  async function ask(question: object): Promise<{ deployment: string } | undefined> {
    for (let tried = 0; tried < ASKED_TIMES; tried += 1) {
      const ended = await world.lambda.invoke('api-api', question);
      if ('returned' in ended) return (ended.returned as { answer?: { deployment: string } }).answer;
      await clock.sleep(PAUSE_MS);
    }
    return undefined;
  }

  async function request(
    action: 'rollback' | 'retry' | 'offline' | 'online' | 'rewind',
    site: Trigger['site'],
    more: object = {},
  ): Promise<void> {
    const request = `${new Date(clock.now()).toISOString()}/${crypto.randomUUID()}`;
    const at = clock.now();
    if (!(await ask({ action, pilot: PILOT, request, requestedBy: 'jo', ...more }))) return;
    const { commit } = stage.triggers.findLast((one) => action === 'retry' && one.site === site) ?? {};
    stage.triggers.push({ at, site, request, ...(commit && { commit }) });
  }

  function releaseNamed(site: SiteName): string | undefined {
    const found = world.servers.now.ecs.definitions.find(({ image }) => nameOfImage(image) === site);
    return /--(\w{20}):\d+$/.exec(found?.arn ?? '')?.[1];
  }

  function put(site: SiteName, manifest: string, artifact?: { key: string; zip: Buffer }): void {
    const { id } = artifact ? world.buckets.put(MANIFESTS, artifact.key, artifact.zip) : { id: undefined };
    const metadata = { ...(id && { 'artifact-version': id }), 'requested-by': 'jo' };
    const version = world.upload(`pilots/${PILOT}/pilot.yaml`, manifest, metadata);
    stage.triggers.push({ at: clock.now(), site, version });
  }

  const stage: Stage = {
    world,
    triggers: [],
    cancelled: [],
    removals: [],
    accepted: [],
    left: () => left,
    at(seconds, act) {
      left += 1;
      clock.after(seconds * 1000, () => {
        void Promise.resolve(act()).finally(() => {
          left -= 1;
        });
      });
    },
    upload(site, more = '', zip = zipNamed(site)) {
      put(site, manifestOf(PILOT, more), { key: `pilots/${PILOT}/site.zip`, zip });
    },
    uploadService(site, more = '') {
      put(site, `${HEAD}target: ecs\nsource: { image: "${imageNamed(site)}" }\n${TASKS}${more}`);
    },
    uploadFunction(site, more = '') {
      const zip = { key: `pilots/${PILOT}/site.zip`, zip: functionNamed(site) };
      put(site, `${HEAD}target: lambda\nsource: { artifact: site.zip }\n${more}`, zip);
    },
    uploadInstances(site, more = '') {
      const zip = { key: `pilots/${PILOT}/site.zip`, zip: bundleNamed(site) };
      put(site, `${HEAD}target: ec2\nsource: { artifact: site.zip }\n${INSTANCES}${more}`, zip);
    },
    uploadBundle(site, more = '') {
      const zip = { key: `pilots/${PILOT}/site.zip`, zip: bundleNamed(site) };
      put(site, `${HEAD}target: beanstalk\nsource: { artifact: site.zip }\n${BUNDLES}${more}`, zip);
    },
    connect: () => connectRepository(world),
    async push(site, times = 1, into = 'site') {
      const { commit, webhook } = pushTo(world, site, into);
      stage.triggers.push({ at: clock.now(), site, commit });
      const deliver = async (after: number) => {
        await clock.sleep(after);
        const ended = await world.lambda.invoke('entrances-webhook', webhook);
        if ('error' in ended) return;
        const { statusCode, body } = ended.returned as { statusCode: number; body: string };
        if (statusCode === 202) stage.accepted.push({ commit, push: (JSON.parse(body) as { push: string }).push });
      };
      await Promise.all(Array.from({ length: times }, (_, index) => deliver(index * AGAIN_MS)));
    },
    rollback: (site) => request('rollback', site),
    rollbackTo: (site) => request('rollback', site, { release: releaseNamed(site) }),
    retry: (site) => request('retry', site),
    offline: (page) => request('offline', 'nothing', page === undefined ? {} : { page }),
    rewind: () => request('rewind', 'nothing', { snapshot: world.servers.now.databases.snapshots.at(-1)?.id }),
    online: (site) => request('online', site),
    async remove() {
      const request = `${new Date(clock.now()).toISOString()}/${crypto.randomUUID()}`;
      const answer = await ask({ action: 'remove', pilot: PILOT, environment: PREVIEW, request, requestedBy: 'jo' });
      if (answer) stage.removals.push({ at: clock.now(), deployment: answer.deployment });
      return answer?.deployment;
    },
    async cancel() {
      const answer = await ask({ action: 'cancel', pilot: PILOT, requestedBy: 'jo' });
      if (answer) stage.cancelled.push({ at: clock.now(), deployment: answer.deployment });
    },
  };
  return stage;
}
