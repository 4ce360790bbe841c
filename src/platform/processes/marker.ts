/**
 * Environment variable in every program started by a run, with a separate value per supervisor. It
 * identifies a process that has lost its parents.
 */
export const MARKER = "AMELIA_CHILD"
