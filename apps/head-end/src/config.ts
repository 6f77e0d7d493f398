/** The head-end's file. Everything has a default but the database, so that a first one has one line. */
import { checked, parseSettings } from "@csj/settings";
import { type Static, Type } from "typebox";
import { errors } from "./errors.ts";

const closed = { additionalProperties: false } as const;
const Port = Type.Integer({ minimum: 0, maximum: 65_535 });

export const HeadEndConfig = Type.Object(
  {
    database: Type.String({
      pattern: "^(pglite:.+|postgres(ql)?://.+)$",
      description: "pglite:FOLDER, or postgres://user:password@host:5432/name",
    }),
    broker: Type.Optional(
      Type.String({
        pattern: "^(embedded|mqtts?://.+)$",
        description: "embedded (the default), or mqtt://host:1883, mqtts://host:8883",
      }),
    ),
    broker_port: Type.Optional(Type.Integer({ ...Port, description: "Of the embedded broker; 1883 by default" })),
    http: Type.Optional(
      Type.Object({ host: Type.Optional(Type.String({ minLength: 1 })), port: Type.Optional(Port) }, closed),
    ),
    token_file: Type.Optional(Type.String({ minLength: 1, description: "Made at the first start" })),
    enrolment: Type.Optional(
      Type.Object(
        {
          codes: Type.Optional(Type.Array(Type.String({ minLength: 6, maxLength: 64 }))),
          keys: Type.Optional(Type.Array(Type.String({ pattern: "^[0-9a-f]{64}$" }))),
        },
        { ...closed, description: "One-time codes, and device keys that need none" },
      ),
    ),
  },
  closed,
);
export type HeadEndConfig = Static<typeof HeadEndConfig>;

/** @param file named in what is said about mistakes */
export function parseHeadEndConfig(text: string, file: string): HeadEndConfig {
  return checked(parseSettings(text, file, errors.HEADEND_CONFIG), HeadEndConfig, errors.HEADEND_CONFIG);
}
