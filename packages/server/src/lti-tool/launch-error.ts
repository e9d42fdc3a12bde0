import { LecternError, type LecternErrorDetails } from '@lectern/core';

/** Why a launch was refused. Who is told what, see `refusal-page.ts`. */
export type LaunchErrorCode =
  /** The request lacks something, or has it twice or broken. */
  | 'request-invalid'
  /** No such issuer and client is registered. */
  | 'platform-unknown'
  /** The state is not one that was given out, or was in another browser. */
  | 'state-invalid'
  | 'state-expired'
  /** It came before. */
  | 'replayed'
  /** The platform refused. */
  | 'platform-refused'
  /** The message is not signed by the platform, or not for this tool. */
  | 'token-invalid'
  | 'token-expired'
  /** The platform's clock and this server's differ too much. */
  | 'clock-skew'
  | 'deployment-unknown'
  | 'message-unsupported'
  /** A claim is missing or wrong. */
  | 'claim-invalid'
  /** The platform's keys cannot be had. */
  | 'keys-unreachable'
  /** Nothing was chosen for the link, or it is there no more. */
  | 'course-missing'
  | 'tenant-suspended';

const STATUS: Readonly<Partial<Record<LaunchErrorCode, number>>> = {
  'request-invalid': 400, 'platform-unknown': 404, 'course-missing': 404, 'keys-unreachable': 502, 'claim-invalid': 400, 'message-unsupported': 400,
};

/** A launch that does not come about. Its message is for those who look after the platform; learners are told in words of their own. */
export class LaunchError extends LecternError<LaunchErrorCode> {
  readonly status: number;

  constructor(code: LaunchErrorCode, message: string, details: LecternErrorDetails = {}) {
    super(code, message, details);
    this.status = STATUS[code] ?? 403;
  }
}
