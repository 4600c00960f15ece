/** The time where the caller names none, as the peers have it. */
export const now = (): Date => new Date(Date.now())
