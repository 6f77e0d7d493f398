import { render } from "preact";
import { App } from "./app.tsx";
import { startClock } from "./shell/now.ts";
import { startRouter } from "./shell/router.ts";
import { startTheme } from "./shell/theme.ts";
import "./style/tokens.css";
import "./style/base.css";

startTheme();
startRouter();
startClock();
render(<App />, document.getElementById("app") as HTMLElement);
