/** All of a URL that may be shown: path and query of a webhook are as good as a password. */
export const hostOf = (url: string): string => URL.parse(url)?.host ?? 'a malformed URL';
