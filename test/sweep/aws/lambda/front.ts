import { REGION } from '../../names.ts';
import type { Reply } from '../call.ts';
import { type Asked, absent, answered, conflict } from './asked.ts';
import type { Fn } from './state.ts';

const aliasOf = ({ aliases }: Fn, name: string): void => {
  if (!aliases[name]) throw absent(`Alias ${name}`);
};

/** Gives an alias an address, or changes whom it answers. */
export function changeUrl(fn: Fn, { name, qualifier, body }: Asked, isNew: boolean): Reply {
  const { urls } = fn;
  aliasOf(fn, qualifier);
  if (isNew && urls[qualifier]) throw conflict('FunctionUrlConfig exists for this Lambda function');
  if (!isNew && !urls[qualifier]) throw absent('The URL');
  urls[qualifier] = { AuthType: body.AuthType, FunctionUrl: `https://${name}.lambda-url.${REGION}.on.aws/` };
  return answered(isNew ? 201 : 200, urls[qualifier]);
}

export function getPolicy({ policies }: Fn, { qualifier }: Asked): Reply {
  const Statement = policies[qualifier];
  if (!Statement?.length) throw absent('The resource policy');
  return answered(200, { Policy: JSON.stringify({ Version: '2012-10-17', Statement }) });
}

export function addPermission(fn: Fn, { qualifier, body }: Asked): Reply {
  aliasOf(fn, qualifier);
  const { policies } = fn;
  const Statement = policies[qualifier] ?? [];
  const { StatementId: Sid } = body;
  if (Statement.some((one) => one.Sid === Sid)) throw conflict(`The statement id (${Sid}) provided already exists`);
  policies[qualifier] = [...Statement, { Sid }];
  return answered(201, { Statement: JSON.stringify({ Sid }) });
}
