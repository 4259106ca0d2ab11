/** Makes texts of a chart, at a place in pixels, with a colour and a style of CSS. */
export type SvgText = (
  x: number,
  y: number,
  content: string,
  fill: string,
  style?: string,
) => Node;

/** Makes texts for this document. */
export function svgText(document: Document): SvgText {
  return (x, y, content, fill, style = "") => {
    const element = document.createElementNS(
      "http://www.w3.org/2000/svg",
      "text",
    );
    element.setAttribute("x", String(x));
    element.setAttribute("y", String(y));
    element.setAttribute("fill", fill);
    element.setAttribute("text-anchor", "start");
    if (style !== "") element.setAttribute("style", style);
    element.textContent = content;
    return element;
  };
}
