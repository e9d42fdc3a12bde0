/** Error codes a value can meet (SCORM 2004 RTE 3.1.7): type mismatch, and out of range. */
export type ValueError = 406 | 407;

/** @returns the code of what is wrong with a value, or nothing */
export type DataType = (value: string) => ValueError | undefined;

const matches = (pattern: RegExp): DataType => (value) => (pattern.test(value) ? undefined : 406);

export const vocabulary = (...words: readonly string[]): DataType => (value) => (words.includes(value) ? undefined : 406);

/** Any text. Lengths beyond the smallest permitted maximum are taken whole. */
export const characterstring: DataType = () => undefined;

const REAL = /^[+-]?(\d+\.?\d*|\.\d+)$/;

export const real = (min = -Infinity, max = Infinity): DataType => (value) => {
  if (!REAL.test(value)) return 406;
  const number = Number(value);
  return number < min || number > max ? 407 : undefined;
};

/** RTE 4.1.1.7: ISO 8601 durations to hundredths of a second, with something in each part that is begun. */
export const timeinterval: DataType = matches(/^P(?=.)(\d+Y)?(\d+M)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+(\.\d{1,2})?S)?)?$/);

const TIME = /^(\d{4})(-(\d{2})(-(\d{2})(T(\d{2})(:(\d{2})(:(\d{2})(\.\d{1,2}(Z|[+-]([01]\d|2[0-3])(:[0-5]\d)?)?)?)?)?)?)?)?$/;

/** RTE 4.1.1.6: 1970 to 2038, as much of it as is known; a time zone only behind a fraction of a second. */
export const time: DataType = (value) => {
  const match = TIME.exec(value);
  if (!match) return 406;
  const part = (group: number, fallback: number): number => (match[group] === undefined ? fallback : Number(match[group]));
  const [year, month, day] = [part(1, 0), part(3, 1), part(5, 1)];
  const [hour, minute, second] = [part(7, 0), part(9, 0), part(11, 0)];
  if (year < 1970 || year > 2038 || month < 1 || month > 12 || hour > 23 || minute > 59 || second > 59) return 406;
  return day < 1 || day > new Date(Date.UTC(year, month, 0)).getUTCDate() ? 406 : undefined;
};

/** RFC 1766: a language of two or three letters (or `i-…`, `x-…`) and subtags. */
const LANGUAGE = /^([A-Za-z]{2,3}|[ix](?=-))(-[A-Za-z0-9]{1,8})*$/;

/** ISO 639-2's codes for groups of languages and for special cases, which browsers have no names for. */
const GROUPS =
  ' afa alg apa art ath aus bad bai bat ber bnt btk cai cau cel cmc cpe cpf cpp crp cus day dra fiu gem him ijo inc ine ira iro kar khi kro map mis mkh mno mul mun' +
  ' myn nah nai nic nub oto paa phi pra qaa roa sai sal sem sgn sio sit sla smi son ssa tai tup tut und wak wen ypk znd zxx ';

/** A language that ISO 639 knows: browsers have a name for it. Where they cannot say, any is taken. */
function isKnown(code: string): boolean {
  if (code.length === 1 || GROUPS.includes(` ${code.toLowerCase()} `)) return true;
  try {
    return new Intl.DisplayNames(['en'], { type: 'language', fallback: 'none' }).of(code) !== undefined;
  } catch {
    return true;
  }
}

export const isLanguage = (value: string): boolean => LANGUAGE.test(value) && isKnown(value.split('-')[0]!);
export const language: DataType = (value) => (value === '' || isLanguage(value) ? undefined : 406);

/** RTE 4.1.1.3: text that may say its language first. */
export const localized: DataType = (value) => {
  const match = /^\{lang=([^}]*)\}/.exec(value);
  return match && !isLanguage(match[1]!) ? 406 : undefined;
};

const URI_CHARACTERS = /^[^\s"<>\\^`{|}]+$/;

/** RTE 4.1.1.2 and 4.1.1.5: a URI, or a part of one. */
export const identifier: DataType = (value) => {
  const text = value.trim();
  if (!URI_CHARACTERS.test(text)) return 406;
  return /^urn:/i.test(text) && !/^urn:[A-Za-z0-9][A-Za-z0-9-]{0,31}:.+$/i.test(text) ? 406 : undefined;
};

export const isShortIdentifier = (value: string): boolean => value !== '' && identifier(value) === undefined && !/\[[.,:]\]/.test(value);
