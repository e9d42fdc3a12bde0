/** The right to be the one tab in which a registration's launched units run. */
export interface LaunchLock {
  /** Resolves when another tab has taken over. */
  readonly lost: Promise<void>;
  release(): void;
}

/**
 * Takes the right, so that the second tab can ask before it ends the first one's session (cmi5 9.3.6).
 * @param takeOver whatever other tab has it
 * @returns `undefined` when another tab has it. Where browsers have no locks to give (insecure pages), everybody gets one.
 */
export function holdLaunch(registration: string, takeOver: boolean, locks = (navigator as { readonly locks?: LockManager }).locks): Promise<LaunchLock | undefined> {
  let release!: () => void;
  let lose!: () => void;
  const held = new Promise<void>((resolve) => (release = resolve));
  const lost = new Promise<void>((resolve) => (lose = resolve));
  const lock: LaunchLock = { lost, release };
  if (!locks) return Promise.resolve(lock);
  return new Promise((resolve) => {
    let granted = false;
    const hold = (given: Lock | null): Promise<void> | undefined => {
      granted = given !== null;
      resolve(given === null ? undefined : lock);
      return given === null ? undefined : held;
    };
    locks.request(`lectern launch ${registration}`, takeOver ? { steal: true } : { ifAvailable: true }, hold).catch(() => {
      if (granted) lose();
      else resolve(lock); // the page may have no locks at all (a sandboxed frame)
    });
  });
}
