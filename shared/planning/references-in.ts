import type { Resolved } from '../manifest/complete.ts';
import { type Reference, readReference } from '../manifest/reference.ts';

/** A reference in a manifest, and where it stands. */
export interface Named {
  path: (string | number)[];
  reference: Reference;
  /** As the manifest writes it. */
  written: string;
}

/** Where references stand; what is free there may be text as well. */
const PLACES = [
  ['source', 'git', 'connection'],
  ['build', 'variables'],
  ['database', 'url'],
  ['database', 'password'],
  ['config', 'values'],
  ['secrets'],
  ['notifications', 'webhooks'],
];

/** Every reference of a manifest, in the order of its sections. */
export function referencesIn(manifest: Resolved): Named[] {
  return PLACES.flatMap((place) => {
    const value = place.reduce<unknown>((here, key) => Reflect.get(Object(here), key), manifest);
    return within(value, place);
  });
}

function within(value: unknown, path: Named['path']): Named[] {
  if (typeof value === 'string') {
    const reference = readReference(value);
    return reference ? [{ path, reference, written: value }] : [];
  }
  if (Array.isArray(value)) return value.flatMap((item, index) => within(item, [...path, index]));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => within(inner, [...path, key]));
}
