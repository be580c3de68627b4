import type { ProviderName } from '../../../shared/git/told.ts';
import { describeHost } from './contract.ts';
import { PROVIDERS } from './stands.ts';

describe.each(Object.keys(PROVIDERS) as ProviderName[])('webhook hosts: %s', describeHost);
