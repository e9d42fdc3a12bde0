import * as v from 'valibot';

// eslint-disable-next-line no-control-regex -- what is printed in a terminal holds no control characters
const line = (most: number) => v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(most), v.regex(/^[^\u0000-\u001f\u007f]*$/, 'must be one line'));
const url = v.pipe(v.string(), v.maxLength(2048), v.url(), v.check((text) => /^https?:/.test(text), 'must be an http(s) URL'));
// LTI 1.3, 3.1.3: at most 255 characters, and case matters.
const deployments = v.pipe(v.array(line(255)), v.minLength(1, 'must name a deployment, or be ["*"] for any'), v.maxLength(500));

export const addPlatformSchema = v.strictObject({
  name: line(200),
  issuer: v.pipe(line(2048), v.check((text) => URL.canParse(text), 'must be a URL')),
  clientId: line(255),
  deployments,
  authorizationUrl: url,
  tokenUrl: url,
  tokenAudience: v.optional(line(2048)),
  jwksUrl: url,
});

export const changePlatformSchema = v.strictObject({ deployments });

export type AddPlatform = v.InferOutput<typeof addPlatformSchema>;
