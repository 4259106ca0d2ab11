/** A server that reads what comes and answers nothing, as a native one may. */
export class SilentServer implements AsyncDisposable {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #closes: boolean;
  readonly #running: Promise<void>;

  /** Listens; `closes` ends each connection at its first bytes. */
  constructor({ closes = false }: { closes?: boolean } = {}) {
    this.#closes = closes;
    this.#running = this.#run();
  }

  /** Where it is. */
  get address(): string {
    return `127.0.0.1:${this.#listener.addr.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    await this.#running;
  }

  async #run(): Promise<void> {
    const connections: Promise<void>[] = [];
    for await (const conn of this.#listener) connections.push(this.#read(conn));
    await Promise.all(connections);
  }

  async #read(conn: Deno.Conn): Promise<void> {
    using open = conn;
    const bytes = new Uint8Array(4096);
    while (await open.read(bytes) !== null && !this.#closes);
  }
}
