/** Commissioning: one engine, driven by the terminal, by the page of its own, or by the running gateway's page. */
export { type CommissionDeps, Commissioning } from "./commissioning.ts";
export { makeReport, type Report, type ReportFiles, verifyReport } from "./report/report.ts";
export { type CommissionRoutes, commissionRoutes } from "./routes.ts";
export { ruleFor, ruleOf } from "./rules.ts";
export { type CommissionPageOptions, serveCommission } from "./server.ts";
export type { Answer, Answers, Ask, CommissionRule, CommissionView, StepResult, StepView } from "./shapes.ts";
