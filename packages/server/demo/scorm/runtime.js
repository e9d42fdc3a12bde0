// The SCORM 1.2 run-time, as far as this lesson needs it. Without an LMS every call does nothing and the lesson still works.

/** Looks for the API in this window's parents, then in its opener and that one's parents (SCORM 1.2 RTE 3.3). */
function findApi(start) {
  const climb = (from) => {
    let win = from;
    for (let depth = 0; win && depth < 500; depth++) {
      try {
        if (win.API && typeof win.API.LMSInitialize === 'function') return win.API;
      } catch {
        // A window of another origin: nothing to find in it, perhaps in its parent.
      }
      if (win.parent === win) return null;
      win = win.parent;
    }
    return null;
  };
  return climb(start) ?? (start.opener ? climb(start.opener) : null);
}

const two = (number) => String(number).padStart(2, '0');

/** `HHHH:MM:SS.SS` (CMITimespan). */
export function timespan(milliseconds) {
  const hundredths = Math.max(0, Math.round(milliseconds / 10));
  const seconds = Math.floor(hundredths / 100);
  return `${String(Math.min(9999, Math.floor(seconds / 3600))).padStart(4, '0')}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}.${two(hundredths % 100)}`;
}

const clockTime = (date) => `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;

export function openRuntime(win) {
  const api = findApi(win);
  const startedAt = Date.now();
  let open = api !== null && String(api.LMSInitialize('')) === 'true';
  const get = (name) => (open ? String(api.LMSGetValue(name) ?? '') : '');
  const mode = get('cmi.core.lesson_mode') || 'normal';
  // In browse and review nothing the learner does may change the record.
  const set = (name, value) => open && mode === 'normal' && String(api.LMSSetValue(name, String(value))) === 'true';
  const commit = () => open && String(api.LMSCommit('')) === 'true';
  let interactions = Number.parseInt(get('cmi.interactions._count'), 10) || 0;
  if (open && ['', 'not attempted', 'unknown'].includes(get('cmi.core.lesson_status'))) set('cmi.core.lesson_status', 'incomplete');

  return {
    connected: open,
    mode,
    language: get('cmi.student_preference.language'),
    location: get('cmi.core.lesson_location'),
    suspended: get('cmi.suspend_data'),
    status: () => get('cmi.core.lesson_status'),
    /** Out of 100. */
    masteryScore: Number.parseFloat(get('cmi.student_data.mastery_score')) || 80,

    save(location, data) {
      set('cmi.core.lesson_location', location);
      set('cmi.suspend_data', data);
      commit();
    },
    setLanguage(language) {
      set('cmi.student_preference.language', language);
    },
    answer({ id, response, correct, right, latency }) {
      const at = `cmi.interactions.${interactions++}`;
      set(`${at}.id`, id);
      set(`${at}.type`, 'choice');
      set(`${at}.time`, clockTime(new Date()));
      set(`${at}.correct_responses.0.pattern`, correct);
      set(`${at}.student_response`, response);
      set(`${at}.result`, right ? 'correct' : 'wrong');
      set(`${at}.weighting`, '1');
      set(`${at}.latency`, timespan(latency));
    },
    score(raw, status) {
      set('cmi.core.score.min', 0);
      set('cmi.core.score.max', 100);
      set('cmi.core.score.raw', raw);
      set('cmi.core.lesson_status', status);
      commit();
    },
    /** @param {boolean} done whether there is nothing left to come back for */
    finish(done) {
      if (!open) return;
      set('cmi.core.session_time', timespan(Date.now() - startedAt));
      set('cmi.core.exit', done ? '' : 'suspend');
      commit();
      api.LMSFinish('');
      open = false;
    },
  };
}
