const addresses = require('./pilots-addresses.cjs');
const boundary = require('./pilots-boundary.cjs');
const data = require('./pilots-data.cjs');
const doors = require('./pilots-doors.cjs');
const keeping = require('./pilots-keeping.cjs');
const limits = require('./pilots-limits.cjs');
const network = require('./pilots-network.cjs');
const operations = require('./pilots-operations.cjs');
const roles = require('./pilots-roles.cjs');
const running = require('./pilots-running.cjs');

/**
 * What server pilots are made with: the most that their own roles may do, and what CloudFormation may do as it
 * makes their stacks. It does so under a role for each pilot and environment, which Provision makes
 * (shared/provisioning/service-role.ts), bounds and gives these policies; what it makes carries the tags of the same pilot and
 * environment, and what does not, it cannot touch.
 */
exports.resources = async ({ resolveVariable }) => ({
  PilotBoundary: boundary,
  OperationsBoundary: operations,
  ProvisionBoundary: limits(await resolveVariable('self:custom.name')),
  ProvisionNetwork: network,
  ProvisionDoors: doors,
  ProvisionAddresses: addresses,
  ProvisionRunning: running,
  ProvisionKeeping: keeping,
  ProvisionData: data,
  ProvisionRoles: roles,
});

/** By the names that they have in the stack. */
exports.policies = [
  'ProvisionNetwork',
  'ProvisionDoors',
  'ProvisionAddresses',
  'ProvisionRunning',
  'ProvisionKeeping',
  'ProvisionData',
  'ProvisionRoles',
];
