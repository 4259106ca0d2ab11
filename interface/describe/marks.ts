/** What a description says of a service, an update or a stream message in a word. */
export function marks(
  { hidden, endless }: { hidden: boolean; endless?: true },
): string[] {
  const words: string[] = [];
  if (hidden) words.push("hidden");
  if (endless) words.push("endless");
  return words;
}
