import { jsonError, jsonReply, type Operation, type Service, textOf } from './call.ts';
import { IMAGE } from './ec2.ts';

/** Parameters of machine images, which AWS gives everybody. */
const IMAGES = '/aws/service/ami-amazon-linux-latest/';

/** Systems Manager's parameters. https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html */
export function ssmOf(): Service {
  return {
    name: 'ssm',
    isAt: (hostname) => hostname.startsWith('ssm.'),
    error: jsonError(500, 'InternalServerError'),
    throttled: jsonError(400, 'ThrottlingException'),
    read({ headers, body }): Operation {
      const name = headers['x-amz-target']?.split('.')[1] ?? '';
      if (name !== 'GetParameter') throw new Error(`Systems Manager's ${name} is not known here`);
      const { Name } = JSON.parse(textOf(body)) as { Name: string };
      const isImage = Name.startsWith(IMAGES);
      return {
        service: 'ssm',
        name,
        about: Name,
        writes: false,
        apply: () =>
          isImage ? jsonReply(200, { Parameter: { Name, Value: IMAGE } }) : jsonError(400, 'ParameterNotFound'),
      };
    },
  };
}
