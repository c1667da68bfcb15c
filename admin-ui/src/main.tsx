import { render } from "preact";
import { App } from "./app";
import { watchVisibility } from "./lib/live";
import { watchTheme } from "./lib/prefs";
import { watchPlace } from "./lib/router";
import { begin } from "./lib/session";

watchTheme();
watchPlace();
watchVisibility();
begin();
const root = document.getElementById("app");
if (root) {
  render(<App />, root);
}
