/** Who takes the messages of a connection, where it isn't `recvMessage()`. */
export class Taker {
  #name: string | null = null;

  /**
   * Begins to take.
   *
   * @param name What takes, for errors.
   * @param waiting How many `recvMessage()` wait.
   * @throws {TypeError} If something else takes.
   */
  claim(name: string, waiting: number): void {
    this.check(name);
    if (waiting > 0) throw takenError(name, "a recvMessage() that waits");
    this.#name = name;
  }

  /**
   * Checks that nothing has claimed to take.
   *
   * @throws {TypeError} If something has.
   */
  check(name: string): void {
    if (this.#name !== null) throw takenError(name, this.#name);
  }

  /** Takes no more. */
  release(): void {
    this.#name = null;
  }
}

function takenError(name: string, other: string): TypeError {
  return new TypeError(
    `${name} can't take messages of this connection: ${other} takes them, and each message goes to one taker. To serve several interfaces, give them to one serve() of ./interface: serve(peer, Camera.implement(...), Robot.implement(...))`,
  );
}
