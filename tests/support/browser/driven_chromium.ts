import { BrowserPage } from "./browser_page.ts";
import type { ChromiumProcess } from "./chromium_process.ts";
import { DevTools } from "./dev_tools.ts";

/** A test's own profile in a Chromium, which does what a user would do. */
export class DrivenChromium implements AsyncDisposable {
  readonly #devTools: DevTools;
  readonly #profile: string;

  private constructor(devTools: DevTools, profile: string) {
    this.#devTools = devTools;
    this.#profile = profile;
  }

  /** Makes an empty profile. */
  static async of(process: ChromiumProcess): Promise<DrivenChromium> {
    const devTools = await DevTools.connect(process.url);
    const { browserContextId } = await devTools.call<
      { browserContextId: string }
    >("Target.createBrowserContext");
    return new DrivenChromium(devTools, browserContextId);
  }

  /** Opens a page, and waits until it is loaded. */
  async open(url: string): Promise<BrowserPage> {
    return await BrowserPage.open(this.#devTools, this.#profile, url);
  }

  /** Closes its pages. */
  async [Symbol.asyncDispose](): Promise<void> {
    await using _ = this.#devTools;
    await this.#devTools.call("Target.disposeBrowserContext", {
      browserContextId: this.#profile,
    });
  }
}
