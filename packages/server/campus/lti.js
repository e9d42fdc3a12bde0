/**
 * What an LTI launch needs of a browser that keeps no cookies for a page in a frame (LTI Client Side postMessages, LTI Platform Storage):
 * the platform's page keeps a secret of the login, and gives it back.
 */
const { do: task, target, origin, key, value, next } = JSON.parse(document.getElementById('data').textContent);

/** Milliseconds that a platform may take. */
const PATIENCE = 5000;

/** The frame that was named, or the platform's page itself. */
function storage() {
  const around = window.parent !== window ? window.parent : window.opener;
  if (!around || target === '_parent') return around;
  try {
    return around.frames[target] ?? around;
  } catch {
    return around;
  }
}

/** Asks, and is answered by the platform's own origin alone. */
function ask(subject, fields) {
  const id = crypto.randomUUID();
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => done(reject, new Error('timeout')), PATIENCE);
    const done = (settle, answer) => {
      clearTimeout(timer);
      window.removeEventListener('message', hear);
      settle(answer);
    };
    const hear = ({ origin: from, data }) => {
      if (from !== origin || typeof data !== 'object' || data === null || data.message_id !== id || data.subject !== `${subject}.response`) return;
      if (data.error) done(reject, new Error(String(data.error.code ?? 'error')));
      else done(resolve, data);
    };
    window.addEventListener('message', hear);
    storage()?.postMessage({ subject, message_id: id, ...fields }, origin);
  });
}

const alarm = () => {
  document.querySelector('[role=status]').hidden = true;
  document.querySelector('.alarm').hidden = false;
};

if (task === 'keep') {
  // Where it cannot be kept, the cookie may have been; the launch will tell.
  ask('lti.put_data', { key, value }).catch(() => undefined).finally(() => location.replace(next));
} else if (task === 'confirm') {
  ask('lti.get_data', { key }).then((answer) => {
    const form = document.forms[0];
    form.elements.secret.value = String(answer.value ?? '');
    form.submit();
  }).catch(alarm);
} else if (task === 'close') {
  (window.opener ?? (window.parent === window ? undefined : window.parent))?.postMessage({ subject: 'org.imsglobal.lti.close' }, '*');
}
