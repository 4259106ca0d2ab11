import type { ServerResponse } from "node:http";
import { errorText } from "../internal/errors.ts";
import type { CallRecorder } from "./call_recorder.ts";
import { EventStream } from "./event_stream.ts";
import type { InspectedServer } from "./inspected_server.ts";
import { shownListener } from "./shown_listener.ts";
import type { ServerConnection } from "./server_connection.ts";
import type { ShownCall, Snapshot } from "./snapshot.ts";

/** How often pages are told, in milliseconds. */
const INTERVAL = 1000;
/** How often they are told of calls that change. */
const CALLS_INTERVAL = 100;

/** Tells open pages what the server does. Asks the server only while there is one. */
export class LiveView {
  readonly #inspected: InspectedServer;
  readonly #server: ServerConnection;
  readonly #recorder: CallRecorder;
  /** The open pages, and the calls that have changed since each of them was told. */
  readonly #pages = new Map<EventStream, Set<ShownCall>>();
  #stop: (() => void) | null = null;
  #isAsking = false;

  /** Has no page yet. */
  constructor(
    inspected: InspectedServer,
    server: ServerConnection,
    recorder: CallRecorder,
  ) {
    this.#inspected = inspected;
    this.#server = server;
    this.#recorder = recorder;
  }

  /** Adds a page, until it leaves. */
  add(
    response: ServerResponse,
    headers: Readonly<Record<string, string>>,
  ): void {
    const page = new EventStream(response, headers);
    page.send("calls", this.#recorder.calls);
    this.#pages.set(page, new Set());
    this.#stop ??= this.#start();
    response.on("close", () => this.#remove(page));
    this.#tell();
  }

  /** Ends all pages. */
  close(): void {
    for (const page of this.#pages.keys()) {
      page.end();
      this.#remove(page);
    }
  }

  #remove(page: EventStream): void {
    this.#pages.delete(page);
    if (this.#pages.size > 0) return;
    this.#stop?.();
    this.#stop = null;
  }

  #start(): () => void {
    const forget = this.#recorder.listen((call) => {
      for (const changed of this.#pages.values()) changed.add(call);
    });
    const timers = [
      setInterval(() => this.#tell(), INTERVAL),
      setInterval(() => this.tellCalls(), CALLS_INTERVAL),
    ];
    return () => {
      forget();
      for (const timer of timers) clearInterval(timer);
    };
  }

  /** Tells pages of the calls that have changed. One that doesn't keep up is told later. */
  tellCalls(): void {
    for (const [page, changed] of this.#pages) {
      if (changed.size === 0) continue;
      if (page.send("calls", [...changed])) changed.clear();
    }
  }

  async #tell(): Promise<void> {
    // A server that is slow to answer isn't asked again meanwhile.
    if (this.#isAsking) return;
    this.#isAsking = true;
    const snapshot = await this.#look();
    this.#isAsking = false;
    for (const page of this.#pages.keys()) page.send("snapshot", snapshot);
  }

  async #look(): Promise<Snapshot> {
    const at = Date.now();
    const own = this.#inspected.listener();
    try {
      const { interfaces, listener } = await this.#server.stats();
      return {
        at,
        listener: own ?? shownListener(listener),
        interfaces,
        problems: [],
      };
    } catch (error) {
      const problems = [errorText(error)];
      return { at, listener: own, interfaces: null, problems };
    }
  }
}
