import { invalid, Refusal } from './refusal.ts';
import type { Values } from './wire.ts';

/** https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/applications-tagging-resources.html */
const MOST = 50;
const LONGEST = { key: 127, value: 255 };
const SIGNS = /^[\p{L}\p{N}\p{Z}_.:/=+\-@]+$/u;
const RESERVED = /^(?:aws|elasticbeanstalk):/;

/**
 * The tags that there are once some were added and others removed; those that are to go count until they are gone.
 * https://docs.aws.amazon.com/elasticbeanstalk/latest/api/API_UpdateTagsForResource.html
 */
export function changedTags(tags: Record<string, string>, asked: Values): Record<string, string> {
  const added = (asked.TagsToAdd as { Key?: string; Value?: string }[] | undefined) ?? [];
  const removed = (asked.TagsToRemove as string[] | undefined) ?? [];
  if (added.length + removed.length === 0) throw invalid('Specify at least one of TagsToAdd and TagsToRemove.');
  const all = { ...tags };
  for (const { Key = '', Value = '' } of added) {
    if (!isTaken(Key, LONGEST.key) || !isTaken(Value, LONGEST.value) || RESERVED.test(Key))
      throw invalid(`The tag ${Key}=${Value} is not valid.`);
    all[Key] = Value;
  }
  if (Object.keys(all).length > MOST)
    throw new Refusal('TooManyTagsException', `The resource would have more than ${MOST} tags.`);
  return Object.fromEntries(Object.entries(all).filter(([key]) => !removed.includes(key)));
}

const isTaken = (text: string, longest: number): boolean => SIGNS.test(text) && text.length <= longest;
