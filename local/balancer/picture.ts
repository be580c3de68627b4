/** What the emulator has of load balancing at one moment, in the words of its API. */
export interface Picture {
  Version: string;
  LoadBalancers: LoadBalancer[];
  TargetGroups: TargetGroup[];
}

export interface LoadBalancer {
  LoadBalancerName: string;
  DNSName: string;
  Listeners: Listener[];
}

export interface Listener {
  Port: number;
  Protocol: string;
  /** By priority, the default rule last. */
  Rules: Rule[];
}

export interface Rule {
  Priority: string;
  IsDefault: boolean;
  Conditions: Condition[];
  Actions: Action[];
}

export interface Condition {
  Field: string;
  Values: string[];
  HttpHeaderConfig?: { HttpHeaderName: string; Values: string[] };
}

export interface Action {
  Type: string;
  Order?: number;
  /** Where there is only one. */
  TargetGroupArn?: string;
  ForwardConfig?: Forward;
  FixedResponseConfig?: { StatusCode: string; ContentType?: string; MessageBody?: string };
  RedirectConfig?: {
    StatusCode: string;
    Protocol?: string;
    Port?: string;
    Host?: string;
    Path?: string;
    Query?: string;
  };
}

export interface Forward {
  TargetGroups: { TargetGroupArn: string; Weight: number }[];
  TargetGroupStickinessConfig?: { Enabled: boolean; DurationSeconds?: number };
}

export interface TargetGroup {
  TargetGroupArn: string;
  /** What its targets are: `ip`, `instance`, or `lambda`, of which it has one, whose id is its ARN. */
  TargetType?: string;
  /** Whether a rule gives requests to it; targets of others are not looked at. */
  Used: boolean;
  HealthCheckEnabled: boolean;
  HealthCheckPath: string;
  HealthCheckPort: string;
  HealthCheckIntervalSeconds: number;
  HealthCheckTimeoutSeconds: number;
  HealthyThresholdCount: number;
  UnhealthyThresholdCount: number;
  Matcher: { HttpCode: string };
  Attributes: Record<string, string>;
  Targets: Target[];
}

export interface Target {
  Id: string;
  Port: number;
  State?: 'initial' | 'healthy' | 'unhealthy' | 'draining';
  Reason?: string;
}

/** How this machine calls a target of a group. */
export const keyOf = ({ TargetGroupArn }: Pick<TargetGroup, 'TargetGroupArn'>, { Id, Port }: Target): string =>
  `${TargetGroupArn} ${Id}:${Port}`;
