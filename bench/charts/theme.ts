/** The colours of a chart; the background is that of the page. */
export interface Theme {
  /** What is added to the name of the file. */
  readonly name: "light" | "dark";
  readonly text: string;
  /** Of what is beside the point: units, the caption. */
  readonly quiet: string;
  readonly grid: string;
  readonly ours: string;
  readonly others: string;
}

/** Those of GitHub's pages. */
export const THEMES: readonly Theme[] = [
  {
    name: "light",
    text: "#1f2328",
    quiet: "#59636e",
    grid: "#d1d9e0",
    ours: "#0969da",
    others: "#6e7781",
  },
  {
    name: "dark",
    text: "#f0f6fc",
    quiet: "#9198a1",
    grid: "#3d444d",
    ours: "#58a6ff",
    others: "#9198a1",
  },
];
