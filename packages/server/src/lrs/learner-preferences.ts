import { ServerError } from '../errors.js';
import { parseObject, type DocumentWrite } from './document-store.js';

/** The Agent Profile document of cmi5 11. */
export const LEARNER_PREFERENCES = 'cmi5LearnerPreferences';

/** RFC 5646, as far as its letters go. */
const TAG = /^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$/;

const refuse = (field: string, clause: string, message: string): never => {
  throw new ServerError('forbidden', message, { field, clause: `cmi5 ${clause}` });
};

/**
 * Holds what a unit writes as the learner's preferences against cmi5 11. The AU takes 403 for no error there.
 * @throws ServerError `forbidden` with the member in `field`
 */
export function checkLearnerPreferences({ contentType, bytes, mode }: DocumentWrite): void {
  if (!/^application\/json\b/i.test(contentType)) refuse('Content-Type', '11.0', 'The learner’s preferences are a JSON document.');
  const content = parseObject(bytes) ?? refuse('body', '11.0', 'The learner’s preferences are a JSON object.');
  const { languagePreference: languages, audioPreference: audio } = content;
  // What is merged may name one of the two: the other is there.
  if (!(mode === 'merge' && languages === undefined) && !(typeof languages === 'string' && languages.split(',').every((tag) => TAG.test(tag.trim())))) {
    refuse('languagePreference', '11.1', 'languagePreference is a comma-separated list of language tags (RFC 5646).');
  }
  if (!(mode === 'merge' && audio === undefined) && audio !== 'on' && audio !== 'off' && audio !== '') {
    refuse('audioPreference', '11.2', 'audioPreference is "on" or "off".');
  }
}
