/** Sentences one after the other: with a space between them, but where the script has none. */
export const sentences = (...texts: readonly string[]): string => texts.reduce((said, next) => (/[。！？]$/.test(said) ? said + next : `${said} ${next}`));
