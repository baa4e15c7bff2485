/** The last eight digits: those that also stand in file names. */
export const shortId = (run: string): string => run.slice(-8);
