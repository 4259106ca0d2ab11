import type { DevTools } from "./dev_tools.ts";

interface Evaluated {
  readonly result: { readonly value: unknown };
  readonly exceptionDetails?: {
    readonly text: string;
    readonly exception?: { readonly description?: string };
  };
}

/** A page in a Chromium, and what a user does with it. */
export class BrowserPage {
  /** What its console shows in red: exceptions, requests that failed, what a policy forbids. */
  readonly errors: string[] = [];
  readonly #devTools: DevTools;
  readonly #sessionId: string;
  readonly #loaded = Promise.withResolvers<void>();

  private constructor(devTools: DevTools, sessionId: string) {
    this.#devTools = devTools;
    this.#sessionId = sessionId;
    devTools.listen(sessionId, (method, params) => {
      if (method === "Page.loadEventFired") this.#loaded.resolve();
      const { entry, exceptionDetails } = params as {
        entry?: { level: string; text: string };
        exceptionDetails?: { text: string; exception?: unknown };
      };
      if (method === "Log.entryAdded" && entry!.level === "error") {
        this.errors.push(entry!.text);
      }
      if (method === "Runtime.exceptionThrown") {
        this.errors.push(JSON.stringify(exceptionDetails));
      }
    });
  }

  /** Opens a page, and waits until it is loaded. */
  static async open(
    devTools: DevTools,
    browserContextId: string,
    url: string,
  ): Promise<BrowserPage> {
    const { targetId } = await devTools.call<{ targetId: string }>(
      "Target.createTarget",
      { url: "about:blank", browserContextId },
    );
    const { sessionId } = await devTools.call<{ sessionId: string }>(
      "Target.attachToTarget",
      { targetId, flatten: true },
    );
    const page = new BrowserPage(devTools, sessionId);
    for (const domain of ["Page", "Log", "Runtime"]) {
      await page.call(`${domain}.enable`);
    }
    await page.call("Page.navigate", { url });
    await page.#loaded.promise;
    return page;
  }

  /** Calls a method of the protocol, as of https://chromedevtools.github.io/devtools-protocol. */
  async call<R = Record<string, unknown>>(
    method: string,
    params: Record<string, unknown> = {},
  ): Promise<R> {
    return await this.#devTools.call<R>(method, params, this.#sessionId);
  }

  /**
   * Evaluates an expression in the page, awaits it, and gives its value.
   *
   * @throws {Error} What the expression throws.
   */
  async evaluate<R = unknown>(expression: string): Promise<R> {
    const { result, exceptionDetails } = await this.call<Evaluated>(
      "Runtime.evaluate",
      { expression, awaitPromise: true, returnByValue: true },
    );
    if (exceptionDetails === undefined) return result.value as R;
    const { text, exception } = exceptionDetails;
    throw new Error(`${expression}: ${exception?.description ?? text}`);
  }

  /** Waits until an expression is true, which is looked at whenever the document changes. */
  async until(expression: string): Promise<void> {
    await this.evaluate(`new Promise((resolve, reject) => {
      const look = () => {
        try {
          if (!(${expression})) return;
          resolve();
        } catch (error) {
          reject(error);
        }
        observer.disconnect();
      };
      const observer = new MutationObserver(look);
      observer.observe(document, {
        attributes: true,
        characterData: true,
        childList: true,
        subtree: true,
      });
      look();
    })`);
  }

  /** The text of an element. */
  async text(selector: string): Promise<string> {
    return await this.evaluate(
      `document.querySelector(${JSON.stringify(selector)}).textContent`,
    );
  }

  /** Clicks into the middle of an element, as a mouse does. */
  async click(selector: string): Promise<void> {
    const at = await this.evaluate<{ x: number; y: number }>(`(() => {
      const element = document.querySelector(${JSON.stringify(selector)});
      element.scrollIntoView({ block: "center" });
      const { x, y, width, height } = element.getBoundingClientRect();
      return { x: x + width / 2, y: y + height / 2 };
    })()`);
    const button = { ...at, button: "left", clickCount: 1 };
    for (const type of ["mousePressed", "mouseReleased"]) {
      await this.call("Input.dispatchMouseEvent", { ...button, type });
    }
  }
}
