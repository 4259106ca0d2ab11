/** The options of `renderMarkdown` and `renderHtml`. */
export interface RenderOptions {
  /** Whether hidden items are shown too. Default: false. */
  hidden?: boolean | undefined;
}
