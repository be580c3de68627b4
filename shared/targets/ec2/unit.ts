import type { Plan } from '../target.ts';
import { detailOf } from './detail.ts';
import { ENVIRONMENT_FILE } from './environment-script.ts';
import { commandLine } from './shell-words.ts';

/** Where the release lies on an instance, and what runs it. */
export const FOLDER = '/opt/pilot/release';
export const BEFORE = '/opt/pilot/write-environment';
export const START = '/opt/pilot/start';
export const STOP = '/opt/pilot/stop';
export const APP_LOG = '/var/log/pilot/app.log';
export const UNIT = 'pilot.service';

/** Below it a port is only for those whom root lets. */
const FIRST_FREE_PORT = 1024;

/** systemd has words of its own for quoting and for variables; a script has those that everybody knows. */
export const launcher = (argv: readonly string[]): string => `#!/bin/bash\ncd ${FOLDER}\nexec ${commandLine(argv)}\n`;

/**
 * The pilot as a service of systemd. One that ends is started again; one that ends five times in two minutes
 * has failed, and then the load balancer's health check replaces the instance.
 * https://www.freedesktop.org/software/systemd/man/latest/systemd.service.html
 */
export function unitOf(plan: Plan): string {
  const { port, stop } = detailOf(plan);
  return `[Unit]
Description=${plan.pilot} in ${plan.environment}, release ${plan.release}
Wants=network-online.target
After=network-online.target remote-fs.target
StartLimitIntervalSec=120
StartLimitBurst=5

[Service]
User=pilot
WorkingDirectory=${FOLDER}
ExecStartPre=+${BEFORE}
EnvironmentFile=-${ENVIRONMENT_FILE}
ExecStart=${START}
${stop ? `ExecStop=${STOP}\n` : ''}Restart=always
RestartSec=1
TimeoutStopSec=30
StandardOutput=append:${APP_LOG}
StandardError=append:${APP_LOG}
NoNewPrivileges=yes
${port < FIRST_FREE_PORT ? 'AmbientCapabilities=CAP_NET_BIND_SERVICE\n' : ''}LimitNOFILE=65536

[Install]
WantedBy=multi-user.target
`;
}
