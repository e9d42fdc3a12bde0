// Before the first paint, so that neither language nor colours jump.
(() => {
  const { documentElement: root } = document;
  let kept = {};
  try {
    kept = { lang: localStorage.getItem('campus.lang'), theme: localStorage.getItem('campus.theme') };
  } catch {
    // A browser that keeps nothing still shows the page.
  }
  const asked = new URLSearchParams(location.search).get('lang');
  const lang = asked ?? kept.lang ?? navigator.language;
  root.lang = /^zh\b/i.test(lang) ? 'zh-CN' : 'en';
  const dark = kept.theme ? kept.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  root.dataset.theme = dark ? 'dark' : 'light';
})();
