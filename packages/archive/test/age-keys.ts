/** Key pairs for tests. Everybody knows them: they protect nothing. */
export const ALICE = {
  identity: 'AGE-SECRET-KEY-18L60T6XY8WS9F8W5V2NQXPPLS4T8SZWLKW8WMA5PGNK6NU9VT85Q3PE0VX',
  recipient: 'age183w9pel66gw7pjll8f4rfzztame665592s2hyzjr0s9a2eszqdssmnvcag',
};
export const BOB = {
  identity: 'AGE-SECRET-KEY-14G34L5RHPJU90Q93SPY50PACZ3GJCKVF24P7W5S388L8K0JT4MAS9P6E5V',
  recipient: 'age1zqkparf466sqc927xlw7rml8nqx6uzftshlhjzmydgldgszswvhs2nkxay',
};
/** To whom nothing is encrypted. */
export const EVE = {
  identity: 'AGE-SECRET-KEY-1SQMFQHNC4RAHUUFWT0WXY3SKNEWH7SU2AT9PTGMP6LRJEF2A4ALQKY66KY',
  recipient: 'age1kmyz7fmxvln0utgladcvje2ctl86g3h95zpp8c83mwshq7e3ncyszsy4xz',
};
