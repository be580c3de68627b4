import { DescribeManagedPrefixListsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { clientConfig } from './config.ts';

const client = new EC2Client(clientConfig);

/**
 * The id that a prefix list has in this region; AWS's own have one name everywhere.
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeManagedPrefixLists.html
 */
export async function findPrefixList(name: string): Promise<string | undefined> {
  const { PrefixLists = [] } = await client.send(
    new DescribeManagedPrefixListsCommand({ Filters: [{ Name: 'prefix-list-name', Values: [name] }] }),
  );
  return PrefixLists.find(({ PrefixListName }) => PrefixListName === name)?.PrefixListId;
}
