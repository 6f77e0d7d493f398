/** Shapes that several routes share; they are the OpenAPI document as well. */
import { Type } from "typebox";

export const Id = Type.String({ pattern: "^[a-z0-9][a-z0-9-]{0,62}$" });
export const InstantText = Type.String({
  pattern: "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}(:\\d{2}(\\.\\d{1,3})?)?(Z|[+-]\\d{2}:\\d{2})$",
  description: "ISO 8601 instant with its offset, 2026-11-24T12:30:00Z",
});
export const DateText = Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}$", description: "2026-11-24" });
export const Quality = Type.Union([
  Type.Literal("actual"),
  Type.Literal("late"),
  Type.Literal("missing"),
  Type.Literal("estimated"),
  Type.Literal("edited"),
]);
export const optionalNumber = Type.Union([Type.Number(), Type.Null()]);
export const optionalText = Type.Union([Type.String(), Type.Null()]);

export const Problem = Type.Object(
  { code: Type.String(), message: Type.String(), help: Type.String() },
  { description: "What went wrong, under a code that never changes" },
);

export const problems = { 400: Problem, 404: Problem };
