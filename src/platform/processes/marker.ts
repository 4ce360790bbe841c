/**
 * The variable that every program of a run has in its environment, with a value of its own per
 * supervisor. It tells whose a process is after it has lost its parents.
 */
export const MARKER = "AMELIA_CHILD"
