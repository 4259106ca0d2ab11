import { hasUpdates, type ServiceCodec } from "../codecs/interface_codec.ts";
import type { AnyCall, NextChanges } from "./interceptor.ts";
import type { UpdateMap, UpdateMaps } from "./update_maps.ts";

/** An interceptor whose types were checked where it was given. */
export type UntypedInterceptor = (
  call: AnyCall,
  next: (changes?: NextChanges<unknown>) => Promise<unknown>,
) => Promise<unknown>;

/** What is passed on from one interceptor to the next. */
export interface PassedOn {
  /** The body of the request. */
  readonly body: unknown;
  /** The metadata, if an interceptor has changed it. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  /** The signal, if an interceptor has added one. */
  readonly signal?: AbortSignal | undefined;
}

/** What interceptors run around: the call of a client, or a handler. */
export interface Interceptable {
  readonly service: ServiceCodec;
  readonly updates: UpdateMaps;
  readonly peer: AnyCall["peer"];
  readonly metadata: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Makes the body of what an interceptor puts in its place. */
  replaceBody(body: unknown): unknown;
  /** Makes the call, or calls the handler; gives the response. */
  run(passed: PassedOn): Promise<unknown>;
}

/**
 * Checks a list of interceptors.
 *
 * @throws {TypeError} If it is no list of functions.
 */
export function checkedInterceptors(
  intercept: readonly unknown[] | undefined,
): readonly UntypedInterceptor[] {
  if (intercept === undefined) return [];
  const isList = Array.isArray(intercept) &&
    intercept.every((interceptor) => typeof interceptor === "function");
  if (isList) return intercept as UntypedInterceptor[];
  throw new TypeError("intercept must be a list of functions");
}

/** Runs interceptors around a call, the first one outermost. Gives the response. */
export async function runInterceptors(
  interceptors: readonly UntypedInterceptor[],
  call: Interceptable,
  passed: PassedOn,
  level: number = 0,
): Promise<unknown> {
  const interceptor = interceptors[level];
  if (interceptor === undefined) return await call.run(passed);
  const { fullName } = call.service;
  let state: "new" | "called" | "ended" = "new";
  const next = async (
    { body, metadata, signal }: NextChanges<unknown> = {},
  ): Promise<unknown> => {
    if (state === "ended") {
      throw new TypeError(
        `next() of ${fullName} was called after its interceptor had ended`,
      );
    }
    if (state === "called" && hasUpdates(call.service)) {
      throw new TypeError(
        `next() of ${fullName} was called twice: only a service without updates can be tried again`,
      );
    }
    state = "called";
    const changed = {
      body: body === undefined ? passed.body : await call.replaceBody(body),
      metadata: metadata === undefined
        ? passed.metadata
        : Object.freeze({ ...metadata }),
      signal: signal === undefined
        ? passed.signal
        // Whoever cancels the call isn't cut off from what is behind.
        : AbortSignal.any([passed.signal ?? call.signal, signal]),
    };
    return await runInterceptors(interceptors, call, changed, level + 1);
  };
  try {
    return await interceptor(new SeenCall(call, passed, level), next);
  } finally {
    state = "ended";
  }
}

/** A call as one interceptor sees it, with what those before it have changed. */
class SeenCall implements AnyCall {
  readonly #call: Interceptable;
  readonly #passed: PassedOn;
  readonly #level: number;

  constructor(call: Interceptable, passed: PassedOn, level: number) {
    this.#call = call;
    this.#passed = passed;
    this.#level = level;
  }

  get interface(): string {
    return this.#call.service.owner;
  }

  get service(): string {
    return this.#call.service.name;
  }

  get body(): unknown {
    return this.#passed.body;
  }

  get metadata(): Readonly<Record<string, string>> {
    return this.#passed.metadata ?? this.#call.metadata;
  }

  get signal(): AbortSignal {
    return this.#passed.signal ?? this.#call.signal;
  }

  get peer(): AnyCall["peer"] {
    return this.#call.peer;
  }

  mapUpdate(map: UpdateMap): void {
    this.#call.updates.add(this.#level, map);
  }
}
