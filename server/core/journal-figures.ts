/** How the journal gets on with writing, in plain numbers. */
import { Distribution } from './tally.ts';

export class JournalFigures {
  appendedEvents = 0;
  /** Events that shared one commit. */
  readonly groupEvents = new Distribution([1, 2, 5, 10, 25, 50, 100, 250, 500]);
  /** From the hand-over of a group to its commit. */
  readonly appendSeconds = new Distribution([0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5]);

  noteGroup(events: number, ms: number): void {
    this.appendedEvents += events;
    this.groupEvents.observe(events);
    this.appendSeconds.observe(ms / 1000);
  }

  /** Events that share the commit of the rows they announce. */
  noteRows(events: number): void {
    this.appendedEvents += events;
  }
}
