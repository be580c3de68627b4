import { serviceRoleOf } from '../../shared/provisioning/service-role.ts';

/** As the stack of Pilotage itself sets it. */
Object.assign(process.env, {
  ACCOUNT: '000000000000',
  PROVISION_PATH: '/pilotage-test/',
  PROVISION_BOUNDARY: 'arn:aws:iam::000000000000:policy/bounds',
  PROVISION_POLICIES: 'arn:aws:iam::000000000000:policy/network,arn:aws:iam::000000000000:policy/roles',
});

export const SERVICE_ROLE = serviceRoleOf('acme-shop', 'production');
