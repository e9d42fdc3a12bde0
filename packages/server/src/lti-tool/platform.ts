/** A platform as a tenant has registered it. */
export interface Platform {
  readonly id: string;
  readonly tenantId: number;
  /** What people here call it; unique in the tenant. */
  readonly name: string;
  readonly issuer: string;
  /** What the platform calls this tool. */
  readonly clientId: string;
  /** The deployments that may launch (LTI 1.3, 3.1.3); `*`: any of this client. */
  readonly deployments: readonly string[];
  readonly authorizationUrl: string;
  readonly tokenUrl: string;
  /** What the platform's token endpoint wants to be called; absent: its address. */
  readonly tokenAudience?: string | undefined;
  readonly jwksUrl: string;
  /** RFC 3339. */
  readonly createdAt: string;
}

export const allowsDeployment = ({ deployments }: Pick<Platform, 'deployments'>, id: string): boolean => deployments.includes('*') || deployments.includes(id);
