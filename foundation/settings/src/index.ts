export { type Path, type Problem, problemsOf } from "./problem.ts";
export { checked, parseSettings, type Refuse, type Settings, unplaced } from "./settings.ts";
