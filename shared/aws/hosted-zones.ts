import {
  ChangeResourceRecordSetsCommand,
  InvalidDomainName,
  ListHostedZonesByNameCommand,
  Route53Client,
  type RRType,
} from '@aws-sdk/client-route-53';
import { clientConfig } from './config.ts';

const client = new Route53Client(clientConfig);

/** A hosted zone that the whole world can ask. */
export interface Zone {
  /** Without `/hostedzone/`. */
  id: string;
  /** Without the dot at its end. */
  name: string;
}

/** More zones of one name nobody has. */
const MOST = 20;

/**
 * The public zones of exactly this name; AWS takes several.
 * @see https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListHostedZonesByName.html
 */
export async function zonesNamed(name: string): Promise<Zone[]> {
  try {
    const { HostedZones = [] } = await client.send(new ListHostedZonesByNameCommand({ DNSName: name, MaxItems: MOST }));
    return HostedZones.filter(({ Name, Config }) => Name === `${name}.` && !Config?.PrivateZone).map(({ Id = '' }) => ({
      id: Id.replace(/^\/hostedzone\//, ''),
      name,
    }));
  } catch (error) {
    if (error instanceof InvalidDomainName) return [];
    throw error;
  }
}

/** A record with one value. */
export interface DnsRecord {
  name: string;
  type: string;
  value: string;
}

const TTL_SECONDS = 300;

/** Sets records as they are to be, whatever was there: https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html */
export async function setRecords(zone: string, records: readonly DnsRecord[]): Promise<void> {
  await client.send(
    new ChangeResourceRecordSetsCommand({
      HostedZoneId: zone,
      ChangeBatch: {
        Changes: records.map(({ name, type, value }) => ({
          Action: 'UPSERT',
          ResourceRecordSet: {
            Name: name,
            Type: type as RRType,
            TTL: TTL_SECONDS,
            ResourceRecords: [{ Value: value }],
          },
        })),
      },
    }),
  );
}
