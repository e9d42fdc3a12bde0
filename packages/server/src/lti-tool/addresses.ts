import { ServerError } from '../errors.js';
import type { Origins } from '../http/origins.js';

/** Where this tool is, for those who set a platform up. */
export interface ToolAddresses {
  readonly login: string;
  readonly launch: string;
  readonly jwks: string;
  /** Where deep linking and launches without a course of their own go. */
  readonly target: string;
  readonly register: string;
}

export function toolAddresses({ public: own }: Pick<Origins, 'public'>): ToolAddresses {
  const at = `${own}/lti`;
  return { login: `${at}/login`, launch: `${at}/launch`, jwks: `${at}/jwks`, target: `${at}/launch`, register: `${at}/register` };
}

/** What a launch is to open. */
export interface Target {
  readonly courseId?: string | undefined;
  readonly unitId?: string | undefined;
}

export const courseAddress = ({ public: own }: Pick<Origins, 'public'>, courseId: string, unitId?: string): string =>
  `${own}/lti/courses/${encodeURIComponent(courseId)}${unitId === undefined ? '' : `?unit=${encodeURIComponent(unitId)}`}`;

/**
 * What an address of this tool means.
 * @throws ServerError `parameter-invalid` for one that leads elsewhere: nobody is sent there (LTI 1.3, 5.3.4)
 */
export function readTarget(address: string, { public: own }: Pick<Origins, 'public'>): Target {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const [, courseId] = /^\/lti\/courses\/([^/]+)\/?$/.exec(url?.pathname ?? '') ?? [];
  if (url?.origin !== new URL(own).origin || !(courseId !== undefined || /^\/lti(?:\/launch)?\/?$/.test(url.pathname))) {
    throw new ServerError('parameter-invalid', 'The address to be launched is not one of this tool.', { field: 'target_link_uri', clause: 'LTI 1.3, 5.3.4' });
  }
  if (courseId === undefined) return {};
  const unitId = url.searchParams.get('unit') ?? undefined;
  try {
    return { courseId: decodeURIComponent(courseId), unitId };
  } catch {
    throw new ServerError('parameter-invalid', 'The address to be launched names no course.', { field: 'target_link_uri' });
  }
}
