// The viewer: draws what Python put into the page. It holds no model but the address door's interpolation.
import { charts } from "./charts";
import { copying, filtering } from "./copy";
import { map } from "./map";

copying();
filtering();
map();
void charts();
