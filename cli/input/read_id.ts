import { InvalidArgumentError } from "commander";

/** Reads an id on the wire. */
export function readId(text: string): number {
  const id = Number(text);
  if (text.trim() !== "" && (id | 0) === id) return id;
  throw new InvalidArgumentError(
    "It is an integer from -2147483648 to 2147483647",
  );
}
