import type { Localizer } from '../../internal/localize.js';
import type { FootnoteWords } from './markdown.js';

export const footnoteWords = ({ msg }: Localizer): FootnoteWords => ({ heading: msg('Footnotes'), back: msg('Back to the text') });
