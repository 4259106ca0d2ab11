import { assert } from "@std/assert";
import { TempDir } from "../files/temp_dir.ts";

/** What Chromium says when it can be told what to do. */
const LISTENING = /^DevTools listening on (ws:.*)$/m;

/**
 * Pages of the browser's own: those of its address bar take each profile as much CPU time
 * as what the test shows, also where there is no window.
 */
const WITHOUT = [
  "WebUIOmniboxPopup",
  "WebUIOmniboxAimPopup",
  "WebUIOmniboxFullPopup",
  "SpareRendererForSitePerProcess",
];

/** A Chromium of the tests' own, without a window. */
export class ChromiumProcess implements AsyncDisposable {
  readonly #resources: AsyncDisposableStack;
  /** Where it is told what to do. */
  readonly url: string;

  private constructor(resources: AsyncDisposableStack, url: string) {
    this.#resources = resources;
    this.url = url;
  }

  /** Starts it, with further flags. */
  static async start(
    flags: readonly string[] = [],
  ): Promise<ChromiumProcess> {
    await using resources = new AsyncDisposableStack();
    const profile = resources.use(new TempDir());
    const process = new Deno.Command("chromium", {
      args: [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        `--disable-features=${WITHOUT.join(",")}`,
        "--no-first-run",
        ...flags,
        `--user-data-dir=${profile.path}`,
        "--remote-debugging-port=0",
        "about:blank",
      ],
      stdout: "null",
      stderr: "piped",
    }).spawn();
    const reader = process.stderr.getReader();
    resources.defer(async () => {
      process.kill("SIGTERM");
      // Its children have its stderr too, and write to the profile until they end.
      while (!(await reader.read()).done);
      await process.status;
    });
    const decoder = new TextDecoder();
    let said = "";
    let url: string | undefined;
    // Later nothing is read: a test must leave no read behind.
    while (url === undefined) {
      const { value } = await reader.read();
      assert(value !== undefined, `Chromium has ended: ${said}`);
      said += decoder.decode(value, { stream: true });
      url = LISTENING.exec(said)?.[1];
    }
    return new ChromiumProcess(resources.move(), url);
  }

  /** Ends it, with all its pages. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#resources.disposeAsync();
  }
}
