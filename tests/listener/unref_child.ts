/**
 * Run by unref_test.ts: a listener that lets the program end, whose every accept
 * fails. Prints that it has ended.
 */
import { Listener } from "../../mod.ts";
import { MemoryAcceptor } from "../support/memory_acceptor.ts";

class Exhausted extends MemoryAcceptor {
  override accept(): Promise<never> {
    const error = new Error("Too many open files (os error 24)");
    return Promise.reject(Object.assign(error, { code: "EMFILE" }));
  }
}

addEventListener("unload", () => console.log("ended"));
const listener = new Listener(new Exhausted(), { onError: () => {} });
listener.unref();
listener.run(() => {});
