/**
 * What is needed of a port: a MessagePort, a Worker, or the `self` of a worker; also
 * those of `node:worker_threads`.
 */
export interface Port {
  /** Sends a message. */
  // deno-lint-ignore no-explicit-any
  postMessage(message: any, transfer: any): void;
}

/** What is needed of a worker, to see its end. */
export type PortWorker = WebListening | NodeListening;

/** How a port of the web is listened to. */
export interface WebListening {
  /** Adds a listener. */
  addEventListener(type: string, listener: (event: Event) => void): void;
  /** Removes a listener. */
  removeEventListener(type: string, listener: (event: Event) => void): void;
}

/** How a port or worker of `node:worker_threads` is listened to. */
export interface NodeListening {
  /** Adds a listener. */
  // deno-lint-ignore no-explicit-any
  on(type: string, listener: (value: any) => void): unknown;
  /** Removes a listener. */
  // deno-lint-ignore no-explicit-any
  off(type: string, listener: (value: any) => void): unknown;
}

/** What a port has besides, where it has it. */
interface PortExtras {
  start?(): void;
  close?(): void;
  ref?(): void;
  unref?(): void;
}

/** What only some ports have. */
export function extrasOf(port: Port): PortExtras {
  return port as PortExtras;
}

/** Whether it tells its end by events, as those of `node:worker_threads` do. */
export function isNodeWorker(worker: object): worker is NodeListening {
  return "on" in worker && typeof worker.on === "function";
}

/**
 * Listens to a port or worker of either kind. The listener gets an event of the web, or
 * what Node gives.
 *
 * @returns A function that stops listening.
 * @throws {TypeError} If it can't be listened to.
 */
export function listenTo(
  target: object,
  type: string,
  listener: (value: unknown) => void,
): () => void {
  if (isWeb(target)) {
    target.addEventListener(type, listener);
    return () => target.removeEventListener(type, listener);
  }
  if (!isNodeWorker(target)) {
    throw new TypeError(
      "A port must be a MessagePort, a Worker, or the self of a worker",
    );
  }
  target.on(type, listener);
  return () => void target.off(type, listener);
}

function isWeb(target: object): target is WebListening {
  return "addEventListener" in target;
}
