/** The page of the inspector. */
import type { PageData, ShownCall, Snapshot } from "../snapshot.ts";
import { find } from "./element.ts";
import { LiveView } from "./live_view.ts";
import { address } from "./requests.ts";
import { ServiceForm } from "./service_form.ts";
import { Timeline } from "./timeline.ts";

const data: PageData = JSON.parse(
  find("#data", HTMLScriptElement).textContent!,
);
const timeline = new Timeline(
  data.maxCalls,
  "None yet: calls of this page are shown, and those of all others where serve() has the intercept of the inspector",
);
const live = new LiveView(data.interfaces, timeline.element);
find("#live", HTMLElement).append(live.element);

if (data.allowCalls) addForms();
showView();
addEventListener("hashchange", showView);
follow();
// Bars move; a page that isn't seen gets no frames.
(function draw(): void {
  timeline.draw();
  setTimeout(() => requestAnimationFrame(draw), 100);
})();

function addForms(): void {
  const sections = document.querySelectorAll<HTMLElement>("[data-service]");
  for (const section of sections) {
    const { interface: name, service } = section.dataset;
    const definition = data.interfaces.find((one) => one.name === name)!;
    const found = definition.services.find((one) => one.name === service)!;
    if (found.request.kind === "peer") continue;
    const form = new ServiceForm(definition, found);
    section.querySelector(".main")!.append(form.element);
  }
}

/** Shows what the address asks for: what happens, or an interface. */
function showView(): void {
  const isLive = ["", "#live"].includes(location.hash);
  find("#live", HTMLElement).hidden = !isLive;
  find("#interfaces", HTMLElement).hidden = isLive;
  for (const link of document.querySelectorAll(".views a")) {
    const isHere = (link.getAttribute("href") === "#live") === isLive;
    if (isHere) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  // What was hidden couldn't be scrolled to.
  const id = decodeURIComponent(location.hash.slice(1));
  if (!isLive) {
    (document.getElementById(location.hash.slice(1)) ??
      document.getElementById(id))?.scrollIntoView();
  }
}

function follow(): void {
  const state = find("#state", HTMLElement);
  const say = (text: string, kind: string): void => {
    if (state.textContent !== text) state.textContent = text;
    state.className = `badge ${kind}`;
  };
  const events = new EventSource(address("/events"));
  events.onerror = () => say("the inspector is away", "bad");
  events.addEventListener("calls", ({ data }) => {
    timeline.show(JSON.parse(data) as ShownCall[]);
  });
  events.addEventListener("snapshot", ({ data }) => {
    const snapshot = JSON.parse(data) as Snapshot;
    timeline.time = snapshot.at;
    live.show(snapshot);
    const [problem] = snapshot.problems;
    if (problem === undefined) say("live", "good");
    else say(problem, "wait");
  });
}
