// What was seen on the pictures of each page, and what was changed for it: a line a page, for the page of all pictures. Never
// judges a picture that nobody looked at.

/** By the first words of the pictures' names. */
export const SEEN: Record<string, string> = {};
