/** Seconds as an ISO 8601 duration, to hundredths (xAPI Data 4.6 compares to 0.01 s): `PT1H2M3.45S`. Negative and NaN are zero; 1e12 is the most. */
export function formatDuration(seconds: number): string {
  const hundredths = Number.isFinite(seconds) ? Math.round(Math.min(Math.max(0, seconds), 1e12) * 100) : 0;
  const hours = Math.floor(hundredths / 360_000);
  const minutes = Math.floor((hundredths % 360_000) / 6_000);
  const rest = (hundredths % 6_000) / 100;
  const time = `${hours ? `${hours}H` : ''}${minutes ? `${minutes}M` : ''}${rest || (!hours && !minutes) ? `${rest}S` : ''}`;
  return `PT${time}`;
}

const NUMBER = String.raw`(\d+(?:[.,]\d+)?)`;
const PATTERN = new RegExp(`^P(?:${NUMBER}Y)?(?:${NUMBER}M)?(?:${NUMBER}W)?(?:${NUMBER}D)?(?:T(?:${NUMBER}H)?(?:${NUMBER}M)?(?:${NUMBER}S)?)?$`);

/** Seconds of an ISO 8601 duration; months count 30 days, years 365. `undefined` where it is none. */
export function parseDuration(text: string): number | undefined {
  const match = PATTERN.exec(text);
  if (!match || text.endsWith('T') || text === 'P') return undefined;
  const [years = 0, months = 0, weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = match
    .slice(1)
    .map((part) => (part === undefined ? 0 : Number(part.replace(',', '.'))));
  return (((years * 365 + months * 30 + weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60 + seconds;
}
