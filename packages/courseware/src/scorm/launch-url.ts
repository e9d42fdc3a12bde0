/**
 * The item's `parameters` put to the resource's URL, by the algorithm of SCORM 1.2 CAM 2.3.5.1 and 2004 CAM 3.4.1.2.
 */
export function launchUrl(href: string, parameters: string | undefined): string {
  let rest = (parameters ?? '').trim().replace(/^[?&]+/, '');
  if (rest === '') return href;
  if (rest.startsWith('#')) return href.includes('#') ? href : href + rest;
  const at = href.indexOf('#');
  const fragment = at < 0 ? '' : href.slice(at);
  const base = at < 0 ? href : href.slice(0, at);
  const cut = rest.indexOf('#');
  if (cut >= 0 && fragment !== '') rest = rest.slice(0, cut);
  return `${base}${base.includes('?') ? '&' : '?'}${rest}${fragment}`;
}
