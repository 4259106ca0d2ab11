import { leaveStale } from "../refused.ts";

/** A directory of a test's own, removed with everything in it at the end. */
export class TempDir implements Disposable {
  readonly path: string = Deno.makeTempDirSync({ prefix: "rpc_" });

  /** The path of a file in it. */
  file(name: string): string {
    return `${this.path}/${name}`;
  }

  /** A socket file that nobody listens on any more. */
  async stale(name = "stale"): Promise<string> {
    const path = this.file(name);
    await leaveStale(path);
    return path;
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.path, { recursive: true });
  }
}
