import { createHash } from 'node:crypto';
import { ACCOUNT, REGION } from '../../names.ts';
import type { Reply } from '../call.ts';
import type { Around } from '../cloudformation.ts';
import { Refusal } from '../query.ts';
import type { Buckets } from '../s3.ts';
import { type Asked, answered, type CodeBody, conflict, contentOf, matching, settingsIn } from './asked.ts';
import { configurationOf, type Fn, type Functions, type Version } from './state.ts';

/** What changes a function, or publishes it as it is. */
export interface Changes {
  create(asked: Asked): Reply;
  configure(fn: Fn, asked: Asked): Reply;
  replaceCode(fn: Fn, asked: Asked): Reply;
  publish(fn: Fn, asked: Asked): Reply;
  /** A new one, for each change. */
  revision(): string;
}

/** Milliseconds that a change of a function takes. */
const CHANGES_MS = [1_000, 4_000] as const;

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('base64');

/** https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html */
export function changesOf({ clock, random }: Around, buckets: Buckets, now: Functions): Changes {
  const revision = () => {
    now.count += 1;
    return `00000000-0000-4000-8000-${String(now.count).padStart(12, '0')}`;
  };
  function codeIn({ ZipFile, S3Bucket = '', S3Key = '', S3ObjectVersion }: CodeBody): string {
    if (ZipFile !== undefined) return sha256(Buffer.from(ZipFile, 'base64'));
    const versions = buckets.objects.get(`${S3Bucket}/${S3Key}`) ?? [];
    const found = S3ObjectVersion ? versions.find(({ id }) => id === S3ObjectVersion) : versions.at(-1);
    if (!found) throw new Refusal('InvalidParameterValueException', 'Error occurred while GetObject');
    return sha256(found.body);
  }

  /** A change is taken only by a function that none is under way of, and by the revision that was seen. */
  function changeable(fn: Fn, asked: Asked): Fn {
    const { state, update } = fn.latest;
    if (state === 'Pending')
      throw conflict(
        'The operation cannot be performed at this time. The function is currently in the following state: Pending',
      );
    if (update === 'InProgress')
      throw conflict('The operation cannot be performed at this time. An update is in progress for resource');
    matching(asked, fn.latest.revision);
    return fn;
  }

  function begin({ latest }: Fn, changes: Partial<Version>): void {
    Object.assign(latest, changes, { revision: revision(), changedAt: clock.now() });
    clock.after(random.whole(...CHANGES_MS), () =>
      Object.assign(latest, { state: 'Active', update: 'Successful', revision: revision() }),
    );
  }

  function create({ body }: Asked): Reply {
    const { FunctionName: name, Code = {}, Tags = {}, Architectures = [], ...rest } = body;
    if (now.all[name]) throw conflict(`Function already exist: ${name}`);
    const fn: Fn = {
      name,
      arn: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name}`,
      latest: {
        ...settingsIn(rest),
        version: '$LATEST',
        code: codeIn(Code),
        architecture: Architectures[0] ?? 'x86_64',
        state: 'Pending',
        update: 'InProgress',
        revision: '',
        changedAt: clock.now(),
      } as Version,
      versions: [],
      aliases: {},
      urls: {},
      policies: {},
      tags: Tags,
      published: 0,
      content: '',
    };
    now.all[name] = fn;
    begin(fn, {});
    return answered(201, configurationOf(fn, fn.latest));
  }

  function publish(fn: Fn, asked: Asked): Reply {
    const { latest } = changeable(fn, asked);
    if (asked.body.CodeSha256 && asked.body.CodeSha256 !== latest.code)
      throw new Refusal('InvalidParameterValueException', 'CodeSHA256 is different from current CodeSHA256');
    const last = fn.versions.at(-1);
    // The description that a version is given does not count, that of the function does.
    const isSame = fn.published === Number(last?.version) && fn.content === contentOf(latest);
    if (last && isSame) return answered(201, configurationOf(fn, last));
    fn.published += 1;
    const version: Version = {
      ...structuredClone(latest),
      version: String(fn.published),
      Description: asked.body.Description ?? latest.Description,
      state: 'Pending',
      revision: revision(),
    };
    fn.versions.push(version);
    fn.content = contentOf(latest);
    clock.after(random.whole(...CHANGES_MS), () => Object.assign(version, { state: 'Active' }));
    return answered(201, configurationOf(fn, version));
  }

  function change(fn: Fn, asked: Asked, changes: Partial<Version>): Reply {
    begin(changeable(fn, asked), { ...changes, update: 'InProgress' });
    return answered(200, configurationOf(fn, fn.latest));
  }

  return {
    create,
    configure: (fn, asked) => change(fn, asked, settingsIn(asked.body)),
    replaceCode: (fn, asked) =>
      change(fn, asked, { code: codeIn(asked.body), architecture: asked.body.Architectures?.[0] ?? 'x86_64' }),
    publish,
    revision,
  };
}
