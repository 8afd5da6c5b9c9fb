/** RxJS time that passes only when a test says so, beside real files. */
import { VirtualTimeScheduler } from 'rxjs';

export class ManualTime extends VirtualTimeScheduler {
  advance(ms: number): void {
    this.maxFrames = this.frame + ms;
    this.flush();
    this.frame = this.maxFrames;
  }
}
