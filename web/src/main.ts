// The viewer: draws what Python put into the page, or what the server says. It holds no model but the address door's interpolation.
import { charts } from "./charts";
import { copying, filtering } from "./copy";
import { live } from "./live";
import { map } from "./map";
import { anchors, readers } from "./reader";
import { whys } from "./why";

/** A font that comes inside the page is there a moment after the first text: text that was set without it is set again. */
function setAgain(): void {
  if (!document.documentElement.lang.startsWith("zh")) return;
  void document.fonts.load('1em "Campus Sans SC"', "\u56ed").then(() => {
    const top = scrollY;
    document.body.hidden = true;
    void document.body.offsetHeight;
    document.body.hidden = false;
    scrollTo(0, top);
  });
}

setAgain();
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
  void charts();
}
