import type { IncomingMessage, ServerResponse } from "node:http";
import { once } from "node:events";
import { buffer } from "node:stream/consumers";
import type { CallRecorder, RecordedCall } from "./call_recorder.ts";
import type { BodyPlace } from "./inspector_options.ts";
import { fromJson, toJson } from "./json_bytes.ts";
import { errorText } from "../internal/errors.ts";
import { errorLine, PageCall } from "./page_call.ts";
import type { ServerConnection } from "./server_connection.ts";
import type { CallLine } from "./snapshot.ts";

/** The longest body that a page may send, as JSON. */
const MAX_BODY = 32 * 1024 * 1024;

type Headers = Readonly<Record<string, string>>;

/** What of the inspector calls depend on. */
export interface PageCallsOptions {
  /** Whether pages may call. */
  readonly allowCalls: boolean;
  /** What is shown in place of a body. */
  readonly mask: (body: unknown, place: BodyPlace) => unknown;
  /** Keeps the calls that are shown. */
  readonly recorder: CallRecorder;
  /** Whether the program records the calls that it answers. */
  readonly isRecorded: () => boolean;
}

/** The calls of pages. A call lasts as long as the request of its page. */
export class PageCalls {
  readonly #server: ServerConnection;
  readonly #options: PageCallsOptions;
  readonly #calls = new Map<number, PageCall>();
  readonly #closing = new AbortController();
  #lastId = 0;

  /** Has no call yet. */
  constructor(server: ServerConnection, options: PageCallsOptions) {
    this.#server = server;
    this.#options = options;
  }

  /** Calls a service, and answers with a line of JSON for each thing that comes. */
  async call(
    request: IncomingMessage,
    response: ServerResponse,
    headers: Headers,
  ): Promise<void> {
    const given = await this.#read(request, response, headers);
    if (given === null) return;
    const { interface: name, service, body } = given;
    const id = ++this.#lastId;
    const gone = new AbortController();
    response.on("close", () => gone.abort());
    response.writeHead(200, {
      ...headers,
      "content-type": "application/x-ndjson",
    });
    const write = async (line: CallLine): Promise<void> => {
      if (response.write(`${toJson(line)}\n`) || response.closed) return;
      await once(response, "drain", { signal: gone.signal });
    };
    const signal = AbortSignal.any([gone.signal, this.#closing.signal]);
    let recorded: RecordedCall | null = null;
    try {
      const { client, definition } = await this.#server.client(`${name}`);
      const found = definition.services.find((one) => one.name === service);
      if (found === undefined) {
        throw new RangeError(`${name} has no service ${service}`);
      }
      const place = { interface: definition.name, service: found.name };
      if (!this.#options.isRecorded()) {
        recorded = this.#options.recorder
          .begin({ from: "inspector", ...place, request: body });
      }
      const call = new PageCall(client, found);
      this.#calls.set(id, call);
      await write({ call: id });
      for await (const line of call.run(body, signal)) {
        const { mask } = this.#options;
        if ("update" in line) {
          const shown = mask(line.body, { ...place, part: "update" });
          recorded?.update(line.update, line.body);
          await write({ ...line, body: shown });
        } else {
          recorded?.end(line);
          const where = { ...place, part: "response" } as const;
          await write({ response: mask(line.response, where) });
        }
      }
    } catch (error) {
      recorded?.end({ error: gone.signal.aborted ? "canceled" : error });
      if (!response.closed) {
        const line = errorLine(error, (data) =>
          this.#options.mask(data, {
            ...{ interface: `${name}`, service: `${service}` },
            part: "response",
          }));
        response.write(`${toJson(line)}\n`);
      }
    } finally {
      this.#calls.delete(id);
    }
    response.end();
  }

  /** Sends an update of a call. */
  async update(
    request: IncomingMessage,
    response: ServerResponse,
    headers: Headers,
  ): Promise<void> {
    const given = await this.#read(request, response, headers);
    if (given === null) return;
    const { call: id, update, body } = given;
    const call = this.#calls.get(Number(id));
    if (call === undefined) {
      return answer(response, headers, 404, "The call has ended");
    }
    try {
      await call.send(`${update}`, body);
    } catch (error) {
      return answer(response, headers, 400, errorText(error));
    }
    answer(response, headers, 200, "sent");
  }

  /** Cancels all of them. */
  close(): void {
    this.#closing.abort();
  }

  /** What a page asks for; null where it has been refused. */
  async #read(
    request: IncomingMessage,
    response: ServerResponse,
    headers: Headers,
  ): Promise<Readonly<Record<string, unknown>> | null> {
    if (!this.#options.allowCalls) {
      answer(response, headers, 403, "Read-only: allowCalls permits calls");
      return null;
    }
    const length = Number(request.headers["content-length"] ?? Infinity);
    if (!(length <= MAX_BODY)) {
      const text = `A body has at most ${MAX_BODY} bytes here, got ${length}`;
      answer(response, headers, 413, text);
      return null;
    }
    try {
      const text = new TextDecoder().decode(await buffer(request));
      const given = fromJson(text);
      if (typeof given === "object" && given !== null) {
        return given as Readonly<Record<string, unknown>>;
      }
    } catch (error) {
      answer(response, headers, 400, errorText(error));
      return null;
    }
    answer(response, headers, 400, "It is no object");
    return null;
  }
}

function answer(
  response: ServerResponse,
  headers: Headers,
  status: number,
  text: string,
): void {
  response.writeHead(status, {
    ...headers,
    "content-type": "text/plain; charset=utf-8",
  });
  response.end(`${text}\n`);
}
