import { make, pick, say } from './words.js';

/** "Try your own package": by dropping a file or choosing one. `learner` gives the learner to play as. */
export function startUpload({ form, input, output, learner }) {
  let last = () => {};
  let sending;

  const take = (file) => {
    if (!file) return;
    sending?.abort();
    if (!/\.zip$/i.test(file.name)) {
      show(() => refusal({ detail: say('problem.notzip') }));
      return;
    }
    sending = send(file);
  };

  input.addEventListener('change', () => {
    take(input.files[0]);
    // The same file may be chosen again, once it has been repaired.
    input.value = '';
  });
  form.addEventListener('submit', (event) => event.preventDefault());
  for (const type of ['dragenter', 'dragover']) {
    form.addEventListener(type, (event) => {
      event.preventDefault();
      form.classList.add('over');
    });
  }
  form.addEventListener('dragleave', (event) => form.contains(event.relatedTarget) || form.classList.remove('over'));
  form.addEventListener('drop', (event) => {
    event.preventDefault();
    form.classList.remove('over');
    take(event.dataTransfer.files[0]);
  });

  function show(render) {
    last = () => output.replaceChildren(render());
    last();
  }

  /** `fetch` cannot tell how much of a body has left; this can. */
  function send(file) {
    const request = new XMLHttpRequest();
    const bar = make('progress', { max: '1' });
    const label = make('label', {}, make('span'), bar);
    const phase = (name) => {
      label.firstChild.textContent = say(name, file.name);
    };
    let current = 'uploading';
    bar.value = 0;
    show(() => {
      phase(current);
      return make('div', { class: 'sending' }, label);
    });
    request.upload.addEventListener('progress', ({ loaded, total }) => (bar.value = total > 0 ? loaded / total : 0));
    request.upload.addEventListener('load', () => {
      current = 'reading';
      bar.removeAttribute('value');
      phase(current);
    });
    request.addEventListener('load', () => {
      const answer = readJson(request.responseText);
      if (request.status === 201 && typeof answer.id === 'string') show(() => success(answer));
      else show(() => refusal({ ...answer, detail: answer.detail ?? `HTTP ${request.status}` }));
    });
    request.addEventListener('error', () => show(() => refusal({ detail: say('problem.offline') })));
    request.open('POST', '/demo/courseware');
    request.setRequestHeader('content-type', 'application/zip');
    request.send(file);
    return request;
  }

  function success({ id, title, format, units, warnings }) {
    const count = Array.isArray(units) ? units.length : Number(units);
    const href = `/play/${encodeURIComponent(id)}?learner=${encodeURIComponent(learner())}`;
    return make(
      'div',
      { class: 'arrived' },
      make('p', {}, say('imported', pick(title), format, count)),
      ...(Array.isArray(warnings) ? warnings : []).map((warning) => make('p', { class: 'quiet' }, typeof warning === 'string' ? warning : String(warning.message ?? warning.code ?? ''))),
      make('a', { class: 'button main', href }, say('play')),
    );
  }

  return { translate: () => last() };
}

function refusal({ detail, code, file, field }) {
  const facts = [
    ['problem.file', file],
    ['problem.field', field],
    ['problem.code', code],
  ].filter(([, value]) => typeof value === 'string' && value !== '');
  return make(
    'div',
    { class: 'refused', role: 'alert' },
    make('p', {}, make('b', {}, say('refused')), ' ', make('span', { lang: code ? 'en' : false }, detail)),
    facts.length > 0 ? make('dl', {}, ...facts.flatMap(([key, value]) => [make('dt', {}, say(key)), make('dd', {}, make('code', {}, value))])) : undefined,
  );
}

function readJson(text) {
  try {
    const value = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
