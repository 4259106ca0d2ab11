import { body, defineInterface } from "../../../interface/mod.ts";

/** What is sent there and back. */
export interface Value {
  readonly frames: number;
  readonly name: string;
  readonly options: readonly number[];
}

/** The value of the bench; as JSON it has 47 bytes. */
export const VALUE: Value = { frames: 3, name: "left", options: [1, 2, 3] };

/** The interface of the bench. */
export const Echo = defineInterface({
  name: "Echo",
  services: {
    echo: { id: 1, request: body<Value>(), response: body<Value>() },
  },
});

/** The subject of what answers plain requests, and that of sessions. */
export const PLAIN = "bench.plain";
export const SESSIONS = "bench.sessions";
