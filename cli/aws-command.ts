import type { Connection } from './connection.ts';

/** How a command of the AWS CLI begins that asks the same AWS: `aws --region eu-central-1 logs`. */
export function awsCommand(service: string, { region, endpoint }: Connection): string {
  const options = [endpoint && ` --endpoint-url ${endpoint}`, region && ` --region ${region}`];
  return `aws${options.filter(Boolean).join('')} ${service}`;
}
