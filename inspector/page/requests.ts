import type { CallLine } from "../snapshot.ts";

/** The address of something of the inspector, with the token of the page. */
export function address(path: string): string {
  return path + location.search;
}

/**
 * Posts something.
 *
 * @throws {Error} With what the inspector says, if it refuses.
 */
export async function post(
  path: string,
  body: unknown,
  signal: AbortSignal | null = null,
): Promise<Response> {
  const response = await fetch(address(path), {
    ...{ method: "POST", body: JSON.stringify(body), signal },
  });
  if (response.ok) return response;
  throw new Error((await response.text()).trim());
}

/** The lines of a response. */
export async function* linesOf(
  { body }: Response,
): AsyncGenerator<CallLine> {
  let rest = "";
  const decoded = body!.pipeThrough(new TextDecoderStream());
  for await (const chunk of decoded as unknown as AsyncIterable<string>) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop()!;
    for (const line of lines) yield JSON.parse(line);
  }
}
