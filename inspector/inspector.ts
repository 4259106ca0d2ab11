import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { checkCount } from "../internal/check_options.ts";
import { ErrorReporter } from "../internal/errors.ts";
import { fromNodeError } from "../internal/runtime/node.ts";
import type { Interceptor } from "../interface/intercept/interceptor.ts";
import { formatHostPort } from "../transports/sockets/host_port.ts";
import { withAddress } from "../transports/sockets/open_socket.ts";
import { checkUpgradeOptions } from "../transports/websocket/check_upgrade.ts";
import { admit } from "./admit.ts";
import { CallRecorder } from "./call_recorder.ts";
import type { InspectedServer } from "./inspected_server.ts";
import type {
  ConnectToServer,
  InspectorOptions,
  KeptBodies,
} from "./inspector_options.ts";
import { LiveView } from "./live_view.ts";
import { pageDocument, pageHeaders } from "./page_document.ts";
import { PageCalls } from "./page_calls.ts";
import { ServerConnection } from "./server_connection.ts";

const DEFAULT_PORT = 8088;
const MAX_CALLS = 200;
const BODY_LENGTH = 2000;

/** What goes with every response. */
const HEADERS = {
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  // The page has the token in its address, and what it shows is of the moment.
  "cache-control": "no-store",
};

/**
 * An inspector that runs: a web page of a server, made by `inspector` or `inspect`.
 *
 * - It asks the server only while a page is open.
 * - Closing: `close()` or `await using`; pages are told, and their calls are cancelled.
 */
export class Inspector implements AsyncDisposable {
  readonly #http: Server;
  readonly #token: string;
  readonly #options: InspectorOptions;
  readonly #inspected: InspectedServer;
  readonly #server: ServerConnection;
  readonly #recorder: CallRecorder;
  readonly #live: LiveView;
  readonly #calls: PageCalls;
  readonly #reporter: ErrorReporter;
  #closing: Promise<void> | null = null;

  private constructor(
    inspected: InspectedServer,
    connect: ConnectToServer,
    options: InspectorOptions,
  ) {
    const {
      maxCalls = MAX_CALLS,
      bodies = false,
      mask = (body) => body,
      allowCalls = false,
    } = options;
    checkUpgradeOptions(options);
    checkCount("maxCalls", maxCalls);
    this.#options = options;
    this.#inspected = inspected;
    this.#token = options.token ?? randomToken();
    if (this.#token === "") throw new TypeError("token must not be empty");
    this.#reporter = new ErrorReporter(options.onError);
    this.#recorder = new CallRecorder({
      ...{ maxCalls, mask, bodyLength: bodyLength(bodies) },
    });
    this.#server = new ServerConnection(connect, options.interfaces);
    this.#live = new LiveView(inspected, this.#server, this.#recorder);
    this.#calls = new PageCalls(this.#server, {
      ...{ allowCalls, mask },
      // The interceptor of the program has them, if it has one.
      recorder: this.#recorder,
      isRecorded: () => this.#isIntercepting,
    });
    this.#http = createServer((request, response) => {
      this.#answer(request, response).catch((error) => {
        this.#reporter.report(error);
        response.destroy();
      });
    });
  }

  /** @internal Starts one. */
  static async start(
    inspected: InspectedServer,
    connect: ConnectToServer,
    options: InspectorOptions,
  ): Promise<Inspector> {
    const inspector = new Inspector(inspected, connect, options);
    await inspector.#listen();
    return inspector;
  }

  #isIntercepting = false;

  /**
   * Has the page show the calls that the program answers: an interceptor for
   * `serve(peer, ..., { intercept: [inspector.intercept] })`. Without `bodies` it keeps
   * none of them.
   */
  get intercept(): Interceptor {
    this.#isIntercepting = true;
    return this.#recorder.intercept;
  }

  /** The address of the page, with its token. */
  get url(): string {
    const { address, port } = this.#http.address() as AddressInfo;
    const target = { hostname: address, port };
    return `${formatHostPort("http", target)}/?token=${
      encodeURIComponent(this.#token)
    }`;
  }

  async #listen(): Promise<void> {
    const { hostname = "127.0.0.1", port = DEFAULT_PORT } = this.#options;
    await new Promise<void>((resolve, reject) => {
      this.#http.once("error", (error) => {
        const where = formatHostPort("http", { hostname, port });
        reject(withAddress(fromNodeError(error), `Cannot listen on ${where}`));
      });
      this.#http.listen(port, hostname, resolve);
    });
  }

  async #answer(
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const { method = "GET", url = "/", headers } = request;
    if (!URL.canParse(url, "http://inspector")) {
      return answerText(response, 400, "The address has no known form");
    }
    const refusal = admit({
      ...{ method, url, host: headers.host ?? null },
      origin: headers.origin ?? null,
      site: headers["sec-fetch-site"] as string | undefined ?? null,
    }, { token: this.#token, allowedHosts: this.#options.allowedHosts });
    if (refusal !== null) {
      return answerText(response, refusal.status, refusal.text);
    }
    const { pathname } = new URL(url, "http://inspector");
    switch (`${method} ${pathname}`) {
      case "GET /":
        return await this.#answerPage(response);
      case "GET /events":
        return this.#live.add(response, HEADERS);
      case "POST /call":
        return await this.#calls.call(request, response, HEADERS);
      case "POST /update":
        return await this.#calls.update(request, response, HEADERS);
      default:
        return answerText(response, 404, "Not found");
    }
  }

  async #answerPage(response: ServerResponse): Promise<void> {
    const { interfaces, problem, name, version, vendor } = await this.#server
      .describe();
    const { allowCalls = false, maxCalls = MAX_CALLS } = this.#options;
    response.writeHead(200, { ...HEADERS, ...await pageHeaders() });
    response.end(pageDocument({
      program: { name, version, vendor },
      address: this.#inspected.address,
      ...{ interfaces, allowCalls, maxCalls },
      problems: problem === null ? [] : [problem],
    }));
  }

  /** Ends it: pages are told, and their calls are cancelled. Idempotent. */
  close(): Promise<void> {
    return this.#closing ??= this.#close();
  }

  /** Ends it: see `close`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.#http.close(() => resolve());
    });
    this.#live.close();
    this.#calls.close();
    await this.#server[Symbol.asyncDispose]();
    this.#http.closeAllConnections();
    await closed;
  }
}

function randomToken(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function bodyLength(bodies: boolean | KeptBodies): number {
  if (typeof bodies === "boolean") return bodies ? BODY_LENGTH : 0;
  const { length = BODY_LENGTH } = bodies;
  return checkCount("bodies.length", length);
}

function answerText(
  response: ServerResponse,
  status: number,
  text: string,
): void {
  response.writeHead(status, {
    ...HEADERS,
    "content-type": "text/plain; charset=utf-8",
  });
  response.end(`${text}\n`);
}
