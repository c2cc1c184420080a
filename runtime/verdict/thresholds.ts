/** The figures that verdicts rest on. All are counts of iterations or entries: a busy machine changes none of them. */

/** Growth with no bound must have gone on for this many iterations, or have reached this many entries. */
export const ENOUGH_ITERATIONS = 4096;
export const ENOUGH_ENTRIES = 4096;
export const FEWEST_ITERATIONS = 100;
/** A holder must outgrow the limits in its code by this factor before they are believed not to hold. */
export const PAST_CAPACITY = 1.25;
/** Iterations without growth after which a holder has stopped. */
export const ENOUGH_ITERATIONS_WITHOUT_GROWTH = 1024;
/** What is left when the clock was moved on, as a part of what was there, for a holder that does not expire. */
export const UNEXPIRED = 0.5;
/** The same for a holder that does not begin to shrink, though more was added meanwhile. */
export const UNSHRUNK = 0.95;
