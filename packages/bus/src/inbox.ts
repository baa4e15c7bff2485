/** Where a user hears what is meant for it alone; the one inbox that it may subscribe to. */
export const inboxPrefixOf = (name: string): string => `_INBOX.${name}`;
