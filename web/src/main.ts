// The viewer: draws what Python put into the page, or what the server says. It holds no model but the address door's interpolation.
import { charts } from "./charts";
import { copying, filtering } from "./copy";
import { alone, quoting } from "./embed";
import { live } from "./live";
import { map } from "./map";
import { anchors, readers } from "./reader";
import { whys } from "./why";

void document.fonts.ready.then(() => document.documentElement.classList.add("set"));
if (document.getElementById("live")) {
  copying();
  void live();
} else {
  copying();
  filtering();
  map();
  readers();
  anchors();
  whys();
  quoting();
  alone();
  void charts();
}
