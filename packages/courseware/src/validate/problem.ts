/** Something in a package that is not as its standard says. */
export interface Problem {
  /** `error`: the standard forbids it, or it cannot be read. `warning`: it is read, and some hosts stumble over it. */
  readonly severity: 'error' | 'warning';
  readonly code: string;
  readonly message: string;
  readonly file?: string;
  /** The element or attribute, as a path: `organizations/organization/item[2]/@identifierref`. */
  readonly field?: string;
  readonly clause?: string;
}

/** More of one kind are told as one: a broken tool breaks every line alike. */
const MOST_OF_A_KIND = 20;

/** Takes problems, each place once, and not thousands of a kind. */
export class Problems {
  readonly #found: Problem[] = [];
  readonly #counts = new Map<string, number>();
  readonly #seen = new Map<string, number>();

  /** @param make called only when it is told, since a place's path takes time to find */
  add(severity: Problem['severity'], code: string, make: () => Omit<Problem, 'severity' | 'code'>): void {
    const count = (this.#counts.get(code) ?? 0) + 1;
    this.#counts.set(code, count);
    if (count > MOST_OF_A_KIND) return;
    const problem: Problem = { severity, code, ...make() };
    // A reader and a rule may both find it; what one of them knows of it is kept.
    const key = JSON.stringify([code, problem.file, problem.field ?? problem.message]);
    const before = this.#seen.get(key);
    if (before !== undefined) {
      this.#found[before] = { ...problem, ...this.#found[before] };
      return;
    }
    this.#seen.set(key, this.#found.length);
    this.#found.push(problem);
  }

  get list(): readonly Problem[] {
    const more = [...this.#counts].filter(([, count]) => count > MOST_OF_A_KIND);
    return [
      ...this.#found,
      ...more.map(([code, count]): Problem => {
        const { severity } = this.#found.find((problem) => problem.code === code)!;
        return { severity, code, message: `… and ${count - MOST_OF_A_KIND} more of the kind.` };
      }),
    ];
  }
}
