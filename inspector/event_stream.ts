import type { ServerResponse } from "node:http";
import { toJson } from "./json_bytes.ts";

/** Sends a page what happens: Server-Sent Events, whose names are the page's. */
export class EventStream {
  readonly #response: ServerResponse;

  /** Begins the response. */
  constructor(
    response: ServerResponse,
    headers: Readonly<Record<string, string>>,
  ) {
    this.#response = response;
    response.writeHead(200, {
      ...headers,
      "content-type": "text/event-stream",
      "cache-control": "no-store",
    });
  }

  /**
   * Sends an event.
   *
   * @returns Whether the page keeps up: what it can do without isn't sent else.
   */
  send(name: string, data: unknown): boolean {
    if (this.#response.writableNeedDrain) return false;
    this.#response.write(`event: ${name}\ndata: ${toJson(data)}\n\n`);
    return true;
  }

  /** Ends it. */
  end(): void {
    this.#response.end();
  }
}
