interface Answer {
  readonly id?: number;
  readonly sessionId?: string;
  readonly method?: string;
  readonly params?: Record<string, unknown>;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly message: string };
}

/** Gets what happens in a page. */
export type OnEvent = (method: string, params: Record<string, unknown>) => void;

/** The protocol by which a Chromium is told what to do: JSON over a WebSocket. */
export class DevTools implements AsyncDisposable {
  readonly #socket: WebSocket;
  readonly #calls = new Map<number, PromiseWithResolvers<Answer>>();
  readonly #listeners = new Map<string, OnEvent>();
  #lastId = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => {
      const answer: Answer = JSON.parse(data);
      const { id, sessionId, method, params } = answer;
      if (id === undefined) {
        this.#listeners.get(sessionId ?? "")?.(method!, params!);
        return;
      }
      this.#calls.get(id)?.resolve(answer);
      this.#calls.delete(id);
    });
    socket.addEventListener("close", () => {
      for (const { reject } of this.#calls.values()) {
        reject(new Error("Chromium has ended"));
      }
      this.#calls.clear();
    });
  }

  static async connect(url: string): Promise<DevTools> {
    const socket = new WebSocket(url);
    const opened = Promise.withResolvers<void>();
    socket.addEventListener("open", () => opened.resolve());
    socket.addEventListener("error", () => opened.reject(new Error(url)));
    await opened.promise;
    return new DevTools(socket);
  }

  /** Gives the events of a session. */
  listen(sessionId: string, listener: OnEvent): void {
    this.#listeners.set(sessionId, listener);
  }

  /**
   * Calls a method, of a session if one is given.
   *
   * @throws {Error} If it fails, or Chromium ends.
   */
  async call<R = Record<string, unknown>>(
    method: string,
    params: Record<string, unknown> = {},
    sessionId?: string,
  ): Promise<R> {
    const id = ++this.#lastId;
    const answered = Promise.withResolvers<Answer>();
    this.#calls.set(id, answered);
    this.#socket.send(JSON.stringify({ id, method, params, sessionId }));
    const { result, error } = await answered.promise;
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
    return result as R;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#socket.readyState === WebSocket.CLOSED) return;
    const closed = Promise.withResolvers<void>();
    this.#socket.addEventListener("close", () => closed.resolve());
    this.#socket.close();
    await closed.promise;
  }
}
