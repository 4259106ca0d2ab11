import { assert, assertEquals } from "@std/assert";
import { RpcError } from "../../mod.ts";

/** How one promise of a conversation settled. */
interface Outcome {
  readonly name: string;
  readonly state: "pending" | "value" | "null" | "error";
  readonly error?: unknown;
}

/** Keeps an eye on every promise of one side of a conversation. */
export class Outcomes {
  readonly #all: Outcome[] = [];

  /** Takes note of how a promise settles; settles as it does. */
  async track<T>(name: string, promise: Promise<T>): Promise<T> {
    const index = this.#all.push({ name, state: "pending" }) - 1;
    try {
      const value = await promise;
      this.#all[index] = { name, state: value === null ? "null" : "value" };
      return value;
    } catch (error) {
      this.#all[index] = { name, state: "error", error };
      throw error;
    }
  }

  /**
   * Fails if a promise is pending, or settled with another error than that of
   * its connection.
   *
   * @param codes What the errors may be.
   * @param where Said in the failure.
   */
  check(codes: readonly string[], where: string): void {
    for (const { name, state, error } of this.#all) {
      const what = `${where}: ${name}`;
      assert(state !== "pending", `${what} never settled`);
      if (state === "null" && name === "recvMessage") {
        assert(codes.includes("connection-closed"), `${what} gave null`);
      }
      if (state !== "error") continue;
      assert(error instanceof RpcError, `${what}: ${error}`);
      // The other side may have answered before it was gone.
      if (name === "sendUpdate" && error.code === "request-closed") continue;
      if (name === "call" && error.code === "remote-error") continue;
      assert(
        codes.includes(error.code),
        `${what} failed with ${error.code}, not ${codes}: ${error.message}`,
      );
      assertEquals(error.fatal, true, what);
    }
  }

  /** Fails unless so many promises at least have failed. */
  checkFailed(least: number): void {
    const failed = this.#all.filter(({ state }) => state === "error");
    const others = this.#all.filter(({ state }) => state !== "error");
    assert(
      failed.length >= least,
      `${failed.length} of ${least} failed, but not ${
        others.map(({ name }) => name)
      }`,
    );
  }
}
