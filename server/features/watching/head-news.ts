/** Another commit is checked out: told with the batch of changes it brings, or alone when it brings none (F6, GD5). */
import { Subscription, timer, type SchedulerLike } from 'rxjs';

export interface HeadNewsOptions {
  readonly scheduler: SchedulerLike;
  /** Changes wait to be handed over. */
  isChanging(): boolean;
  tellAlone(): void;
}

/** Changes that a checkout made are heard of before or soon after it. */
const patienceMs = 1_000;

export class HeadNews {
  readonly #options: HeadNewsOptions;
  #isUntold = false;
  #look = Subscription.EMPTY;

  constructor(options: HeadNewsOptions) {
    this.#options = options;
  }

  moved(): void {
    if (!this.#options.isChanging()) return this.#options.tellAlone();
    if (this.#isUntold) return;
    this.#isUntold = true;
    this.#lookLater();
  }

  /** For a batch that goes now; to be given back when it was not taken. */
  take(): boolean {
    const isUntold = this.#isUntold;
    this.#isUntold = false;
    return isUntold;
  }

  giveBack(wasUntold: boolean): void {
    this.#isUntold ||= wasUntold;
  }

  forget(): void {
    this.#look.unsubscribe();
  }

  #lookLater(): void {
    this.#look.unsubscribe();
    this.#look = timer(patienceMs, this.#options.scheduler).subscribe(() => {
      if (!this.#isUntold) return;
      if (this.#options.isChanging()) return this.#lookLater();
      this.#isUntold = false;
      this.#options.tellAlone();
    });
  }
}
