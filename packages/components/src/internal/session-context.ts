import { ContextConsumer, createContext } from '@lit/context';
import type { Course, LmsConnection } from '@lectern/core';
import type { ReactiveControllerHost } from 'lit';
import { composedClosest } from './composed-tree.js';

/** What `<learning-session>` provides to the elements inside it. */
export interface LearningHost {
  /**
   * Resolves when the learner is known and `creditsUrl` can be read.
   * Rejects with a `LecternError` where there is no token; `<learning-session>` shows the error and offers a retry, which replaces the host.
   */
  readonly ready: Promise<void>;
  /** The connection for a course: one for each course and host, however often it is asked for. Rejects with a `LecternError`. */
  connect(course: Course): Promise<LmsConnection>;
  /** Where the learner's credit ledger is. Absent before `ready`, and where there is none. */
  readonly creditsUrl: string | undefined;
  /**
   * A fresh `Authorization` header's value for requests about this learner. Rejects with a `LecternError`.
   * @param rejected the value that was refused: give another one, if there is one
   */
  authorize(rejected?: string): Promise<string>;
  /** Whether the learner's launch may be remembered in this browser, so that the course opens without a network. Other copies may not know it. */
  keepLaunch?(keep: boolean): void;
  /**
   * URL of the LRS where the learner's statements can be read; `undefined` where records go elsewhere. Rejects with a `LecternError`.
   * Another copy of this script may provide a host that is older and has none.
   */
  lrsEndpoint?(): Promise<string | undefined>;
}

/** By the community's context protocol; a registered symbol, so that two copies of this script understand each other. */
export const learningHostContext = createContext<LearningHost | undefined>(Symbol.for('lectern.learning-host'));

type ContextHost = ReactiveControllerHost & HTMLElement;

/**
 * Finds the `<learning-session>` around an element, also one whose script arrives later.
 * `onChange` is called with the host, with `undefined` when it is certain that there is none, and again on every change.
 */
export function consumeLearningHost(element: ContextHost, onChange: (host: LearningHost | undefined) => void): void {
  let answered = false;
  const answer = (host: LearningHost | undefined): void => {
    answered = true;
    onChange(host);
  };
  const consumer = new ContextConsumer(element, { context: learningHostContext, callback: answer, subscribe: true });
  element.addController({
    hostConnected() {
      if (answered) return;
      const session = composedClosest(element.parentNode, 'learning-session');
      if (!session) answer(undefined);
      else {
        void customElements.whenDefined('learning-session').then(() => {
          if (!answered && element.isConnected) consumer.hostConnected();
        });
      }
    },
    hostDisconnected() {
      answered = false;
    },
  });
}
