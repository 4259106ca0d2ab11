import { assert } from "@std/assert";
import { linesOf } from "../../../tools/lines_of.ts";
import { TempDir } from "../files/temp_dir.ts";
import { BrowserPage } from "./browser_page.ts";
import { DevTools } from "./dev_tools.ts";

/** What Chromium says when it can be told what to do. */
const LISTENING = /^DevTools listening on (ws:.*)$/;

/** A Chromium of a test's own, without a window, that does what a user would do. */
export class DrivenChromium implements AsyncDisposable {
  readonly #resources: AsyncDisposableStack;
  readonly #devTools: DevTools;

  private constructor(resources: AsyncDisposableStack, devTools: DevTools) {
    this.#resources = resources;
    this.#devTools = devTools;
  }

  /** Starts it. */
  static async start(): Promise<DrivenChromium> {
    await using resources = new AsyncDisposableStack();
    const profile = resources.use(new TempDir());
    const process = new Deno.Command("chromium", {
      args: [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        `--user-data-dir=${profile.path}`,
        "--remote-debugging-port=0",
        "about:blank",
      ],
      stdout: "null",
      stderr: "piped",
    }).spawn();
    const lines = linesOf(process.stderr).getReader();
    resources.defer(async () => {
      process.kill("SIGTERM");
      // Its children have its stderr too, and write to the profile until they end.
      while (!(await lines.read()).done);
      await process.status;
    });
    let url: string | undefined;
    while (url === undefined) {
      const { value } = await lines.read();
      assert(value !== undefined, "Chromium has ended");
      url = LISTENING.exec(value)?.[1];
    }
    const devTools = resources.use(await DevTools.connect(url));
    return new DrivenChromium(resources.move(), devTools);
  }

  /** Opens a page, and waits until it is loaded. */
  async open(url: string): Promise<BrowserPage> {
    return await BrowserPage.open(this.#devTools, url);
  }

  /** Ends it, with all its pages. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#resources.disposeAsync();
  }
}
