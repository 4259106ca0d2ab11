/** The stream messages that a page and its server send each other. */
export const MESSAGES: readonly string[] = Array.from(
  { length: 1000 },
  (_, i) => `message ${i}`,
);
