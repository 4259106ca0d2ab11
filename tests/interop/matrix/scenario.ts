import type { MatrixTransport } from "./transports.ts";
import type { Scene } from "./scene.ts";

/** What two sides do with each other; registered for each transport and byte order. */
export interface Scenario {
  /** A sentence. */
  readonly name: string;
  /** The defect of the native one that it touches, and what that is. */
  readonly defect?: string;
  /** The transports that it makes sense on: all, if not given. */
  readonly where?: (transport: MatrixTransport) => boolean;
  /** A TypeScript client and a native server. */
  readonly toNative?: (scene: Scene, t: Deno.TestContext) => Promise<void>;
  /** A native client and a TypeScript server. */
  readonly fromNative?: (scene: Scene, t: Deno.TestContext) => Promise<void>;
}
