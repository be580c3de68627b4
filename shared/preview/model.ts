import type { Use } from '../cost/cost.ts';
import type { Resolved } from '../manifest/complete.ts';
import { derivedName, type NameKind } from '../manifest/derived-names.ts';
import type { Load } from './load.ts';

/** Something that AWS keeps for the pilot. */
export interface Resource {
  /** As CloudFormation calls it: `AWS::RDS::DBInstance`. */
  type: string;
  name: string;
  /** What it is to the pilot, where its name may be another one later; two with one slot are compared with each other. */
  slot?: string;
  /** Those that matter to a reader, by their name. */
  settings: Record<string, string>;
  /** Settings that AWS cannot change: another value is another resource. */
  fixed?: readonly string[];
  /** Settings whose change interrupts it for a moment. */
  interrupts?: readonly string[];
  /** What would be lost with it: `the database’s rows`. */
  holds?: string;
  /** It is left where it is when nothing wants it any more. */
  left?: true;
  /** It is there already, and others use it too. */
  shared?: true;
}

/** A part of the pilot. */
export interface Component {
  name: string;
  /** What it is for, in words. */
  function: string;
  /** How it hangs together with the others. */
  fits: string;
  resources: Resource[];
  uses: Use[];
}

/** Where and for how much a manifest is planned. */
export interface Site<Manifest extends Resolved = Resolved> {
  manifest: Manifest;
  environment: string;
  region: string;
  account?: string | undefined;
  load: Load;
  /** Where the pilot's database was made from a snapshot. */
  restored?: Restored | undefined;
}

/** What a database was made from, which its template has to say as long as it is there. */
export interface Restored {
  /** Six hex digits, which its name holds. */
  id: string;
  /** `markOf` the database that it was made as: a manifest that wants another one gets an empty one. */
  mark: string;
  snapshot: string;
  /** GiB that the snapshot was of: the database cannot have less. */
  storage: number;
}

/** The name of something of the pilot’s. */
export const nameIn = ({ manifest, environment }: Site, kind: NameKind, ...parts: string[]): string =>
  derivedName(kind, { pilot: manifest.name, environment, parts });

/** A bucket’s name is the whole world’s; before the account is known it is shown without. */
export const bucketIn = (site: Site, role: string): string =>
  site.account ? nameIn(site, 'bucket', role, site.account) : `${nameIn(site, 'bucket', role)}--(account)`;
